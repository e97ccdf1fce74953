using Scalelab.Shared;

namespace Scalelab.Engine.State;

/// <summary>A journal that is being written. Lines are on disk when the call that wrote them returns.</summary>
internal sealed class JournalFile : IDisposable
{
    private readonly FileStream _file;
    private readonly JournalFormat _format;

    public JournalFile(FileStream file, JournalFormat format, byte[] header)
    {
        _file = file;
        _format = format;
        _file.Write(header);
        _file.Flush(flushToDisk: true);
        FolderSync.Flush(Path.GetDirectoryName(file.Name)!);
    }

    /// <summary>Appends changes, each of which is there as a whole or not at all after a crash.</summary>
    public void Append(IReadOnlyList<IReadOnlyList<StateChange>> changes)
    {
        try
        {
            foreach (var change in changes)
            {
                _file.Write(_format.Line(change));
            }

            _file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StateFile.CannotWrite(_file.Name, e);
        }
    }

    /// <summary>Ends the journal: a state file with the given hash holds all of it.</summary>
    public void Close(string hash)
    {
        _file.Write(JournalFormat.Closing(hash));
        _file.Flush(flushToDisk: true);
        _file.Dispose();
    }

    public void Dispose() => _file.Dispose();
}
