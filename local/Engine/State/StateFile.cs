using System.Security.Cryptography;
using System.Text.Json;
using Scalelab.Engine.Secrets;
using Scalelab.Shared;

namespace Scalelab.Engine.State;

/// <summary>
/// Where one stack's state lies: a snapshot and, while an update runs or after it was killed, a journal of what changed since. A snapshot
/// is replaced at once or not at all; a change costs what the change is large, however large the state.
/// </summary>
internal sealed class StateFile
{
    private const int ReadAttempts = 5;

    private readonly string _folder;
    private readonly SnapshotFormat _format;
    private readonly JournalFormat _journalFormat;
    private readonly TimeProvider _time;
    private string _hash = "";
    private Snapshot? _onDisk;
    private Action<string>? _closeJournal;

    public StateFile(string stateFolder, string stack, ISecretsManager secrets, TimeProvider time)
        : this(stateFolder, stack, secrets, SecretsProviders.OfProcess(stateFolder), time)
    {
    }

    public StateFile(string stateFolder, string stack, ISecretsManager secrets, SecretsProviders providers, TimeProvider time)
    {
        _folder = stateFolder;
        Path = System.IO.Path.Combine(stateFolder, $"{stack}.json");
        JournalPath = System.IO.Path.Combine(stateFolder, $"{stack}.journal");
        _format = new SnapshotFormat(secrets, providers);
        _journalFormat = new JournalFormat(_format);
        _time = time;
    }

    public string Path { get; }

    /// <summary>Reads and writes states as this file holds them; a secret that comes from it and goes back to it keeps its ciphertext.</summary>
    public SnapshotFormat Format => _format;

    public string JournalPath { get; }

    /// <summary>Whether an update is running or was interrupted.</summary>
    public bool HasJournal => File.Exists(JournalPath);

    /// <summary>The state with all that the journal knows; <see cref="Snapshot.Empty"/> when there is no file.</summary>
    /// <exception cref="EngineException">A file cannot be read or is corrupt. It is left as it is.</exception>
    public Snapshot Read()
    {
        for (var attempt = 1; ; attempt++)
        {
            // The journal first: an update that ends meanwhile has then put all of it into the file that is read next.
            var journalBytes = ReadBytes(JournalPath);
            var bytes = ReadBytes(Path);
            _hash = bytes is null ? "" : Hash(bytes);
            var journal = journalBytes is null ? null : Parse(JournalPath, () => _journalFormat.Read(journalBytes));
            if (journal is null || journal.ClosedHash == _hash)
            {
                return _onDisk = bytes is null ? Snapshot.Empty : Parse(Path, () => Check(_format.Read(bytes)));
            }

            if (journal.BaseHash == _hash)
            {
                _onDisk = null;
                return Parse(JournalPath, () => Check(Replay(bytes is null ? Snapshot.Empty : _format.Read(bytes), journal)));
            }

            if (attempt == ReadAttempts)
            {
                throw new EngineException(
                    $"The state file {Path} was changed, although an interrupted update left a journal that continues what it held before: {JournalPath}. "
                    + "Put the earlier state file back and run the update again. If the changed file already says all there is, delete the journal.");
            }
        }
    }

    /// <summary>Keeps the state as it is in the history, however broken it may be. Returns where; null when there is none.</summary>
    public string? KeepIn(UpdateHistory history)
    {
        if (!HasJournal)
        {
            return ReadBytes(Path) is { } bytes ? history.KeepReplaced(bytes) : null;
        }

        // A state that was interrupted is kept as it would be read: the file alone does not tell all of it.
        using var whole = new MemoryStream();
        _format.Write(whole, Read());
        return history.KeepReplaced(whole.ToArray());
    }

    /// <summary>Writes a snapshot in place of everything: the file, and with it the journal.</summary>
    public Task WriteAsync(Snapshot snapshot) => WriteExactlyAsync(snapshot.WrittenAt(_time.GetUtcNow()));

    /// <summary>As <see cref="WriteAsync"/>, but with the manifest that the snapshot came with.</summary>
    public async Task WriteExactlyAsync(Snapshot snapshot)
    {
        var temporary = $"{Path}.new";
        try
        {
            StateFolder.Create(_folder);
            string hash;
            await using (var file = new FileStream(temporary, StateFolder.ForOwner(FileMode.Create)))
            {
                using var sha = SHA256.Create();
                await using (var hashing = new CryptoStream(file, sha, CryptoStreamMode.Write, leaveOpen: true))
                {
                    _format.Write(hashing, snapshot);
                }

                hash = Convert.ToHexStringLower(sha.Hash!);
                file.Flush(flushToDisk: true);
            }

            CloseJournal(hash);
            File.Move(temporary, Path, overwrite: true);
            FolderSync.Flush(_folder);
            File.Delete(JournalPath);
            _hash = hash;
            _onDisk = snapshot;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(Path, e);
        }
    }

    /// <summary>Starts a journal of changes to a snapshot, which is written first if the file holds another.</summary>
    public async Task<JournalFile> BeginAsync(Snapshot start)
    {
        if (_onDisk?.Resources != start.Resources || _onDisk.PendingOperations != start.PendingOperations)
        {
            await WriteAsync(start);
        }

        try
        {
            StateFolder.Create(_folder);
            var journal = new JournalFile(new FileStream(JournalPath, StateFolder.ForOwner(FileMode.Create)), _journalFormat, _journalFormat.Header(_hash));
            _closeJournal = journal.Close;
            return journal;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(JournalPath, e);
        }
    }

    public void Delete()
    {
        if (Directory.Exists(_folder))
        {
            CloseJournal("");
            File.Delete(Path);
            FolderSync.Flush(_folder);
            File.Delete(JournalPath);
        }

        _hash = "";
        _onDisk = Snapshot.Empty;
    }

    /// <summary>Why a file of the state could not be written.</summary>
    public static EngineException CannotWrite(string path, Exception cause) =>
        new($"The state file {path} cannot be written: {cause.Message} Free the disk or correct the folder's permissions, then run again.", cause);

    private static Snapshot Replay(Snapshot start, JournalContent journal)
    {
        var state = new WorkingState(start);
        foreach (var change in journal.Changes.SelectMany(changes => changes))
        {
            state.Apply(change);
        }

        return state.Current;
    }

    private static Snapshot Check(Snapshot snapshot) => snapshot.FindProblem() is { } problem ? throw new FormatException(problem) : snapshot;

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[]? ReadBytes(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream(checked((int)file.Length));
            file.CopyTo(bytes);
            return bytes.ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException($"The state file {path} cannot be read: {e.Message}", e);
        }
    }

    private static T Parse<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new EngineException(
                $"The state file {path} is corrupt: {e.Message}. It was left untouched. Correct it by hand or put a copy back; "
                + "if what it described is gone anyway, move it away and the stack starts anew.",
                e);
        }
    }

    // Says what the state file will be once it is replaced, so that a crash right after finds the journal to be done with.
    private void CloseJournal(string hash)
    {
        if (_closeJournal is not null)
        {
            _closeJournal(hash);
            _closeJournal = null;
        }
        else if (ReadBytes(JournalPath) is { } bytes)
        {
            // Left by an update that was killed, perhaps in the middle of a line.
            var length = Parse(JournalPath, () => JournalFormat.WholeLength(bytes));
            using var left = new FileStream(JournalPath, FileMode.Open, FileAccess.Write, FileShare.Read);
            left.SetLength(length);
            left.Seek(0, SeekOrigin.End);
            left.Write(length == 0 ? [.. _journalFormat.Header(_hash), .. JournalFormat.Closing(hash)] : JournalFormat.Closing(hash));
            left.Flush(flushToDisk: true);
        }
    }
}
