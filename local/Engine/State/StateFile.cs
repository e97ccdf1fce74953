using Scalelab.Engine.Secrets;

namespace Scalelab.Engine.State;

/// <summary>Where one stack's snapshot lies. A write replaces the file at once or not at all.</summary>
internal sealed class StateFile
{
    private readonly SnapshotFormat _format;
    private readonly TimeProvider _time;

    public StateFile(string stateFolder, string stack, ISecretsManager secrets, TimeProvider time)
    {
        Path = System.IO.Path.Combine(stateFolder, $"{stack}.json");
        _format = new SnapshotFormat(secrets);
        _time = time;
    }

    public string Path { get; }

    /// <summary>The state; <see cref="Snapshot.Empty"/> when there is no file.</summary>
    /// <exception cref="EngineException">The file cannot be read or is corrupt. It is left as it is.</exception>
    public Snapshot Read()
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(Path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Snapshot.Empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException($"The state file {Path} cannot be read: {e.Message}", e);
        }

        try
        {
            var snapshot = _format.Read(bytes);
            return snapshot.FindProblem() is { } problem ? throw new FormatException(problem) : snapshot;
        }
        catch (FormatException e)
        {
            throw new EngineException(
                $"The state file {Path} is corrupt: {e.Message}. It was left untouched. Correct it by hand or put a copy back; "
                + "if what it described is gone anyway, move it away and the stack starts anew.",
                e);
        }
    }

    public async Task WriteAsync(Snapshot snapshot)
    {
        var temporary = $"{Path}.new";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using (var file = new FileStream(temporary, options))
            {
                await file.WriteAsync(_format.Write(snapshot, _time.GetUtcNow()));
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, Path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException($"The state file {Path} cannot be written: {e.Message} Free the disk or correct the folder's permissions, then run again.", e);
        }
    }

    public void Delete() => File.Delete(Path);
}
