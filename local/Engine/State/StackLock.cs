using System.Globalization;

namespace Scalelab.Engine.State;

/// <summary>
/// Keeps a second update away from a stack. The lock is the operating system's, so it ends with its process, however that ends; who holds
/// it stands in a file beside it.
/// </summary>
internal sealed class StackLock : IDisposable
{
    private readonly FileStream _lock;
    private readonly string _holderFile;

    private StackLock(FileStream @lock, string holderFile)
    {
        _lock = @lock;
        _holderFile = holderFile;
    }

    /// <param name="stateFolder">Where the stack's state lies. Made when absent.</param>
    /// <param name="stack">The stack's name.</param>
    /// <param name="command">What takes the lock, for whoever finds it taken.</param>
    /// <param name="time">For the same.</param>
    /// <exception cref="EngineException">Something else works on the stack; the message says who.</exception>
    public static StackLock Take(string stateFolder, string stack, string command, TimeProvider time)
    {
        var holderFile = HolderFile(stateFolder, stack);
        FileStream? taken = null;
        try
        {
            StateFolder.Create(stateFolder);
            taken = Open(stateFolder, stack);
            File.WriteAllText(holderFile, string.Create(
                CultureInfo.InvariantCulture,
                $"'{command}', process {Environment.ProcessId} of {Environment.UserName} on {Environment.MachineName}, since {time.GetLocalNow():yyyy-MM-dd HH:mm:ss zzz}"));
            return new StackLock(taken, holderFile);
        }
        catch (UnauthorizedAccessException e)
        {
            taken?.Dispose();
            throw new EngineException($"The state folder {stateFolder} cannot be used: {e.Message} Correct its permissions.", e);
        }
        catch (IOException e) when (taken is not null)
        {
            taken.Dispose();
            throw new EngineException($"The state folder {stateFolder} cannot be used: {e.Message} Free the disk or correct its permissions.", e);
        }
        catch (IOException e)
        {
            throw new EngineException($"Another update of stack '{stack}' is running ({Holder(holderFile) ?? $"unknown holder, {e.Message}"}). Wait for it to end, or stop that process, then run again.", e);
        }
    }

    /// <summary>Whether something works on the stack now.</summary>
    public static bool IsTaken(string stateFolder, string stack)
    {
        try
        {
            Open(stateFolder, stack, FileMode.Open).Dispose();
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose()
    {
        // The lock file itself stays: removing it would let a third update lock a new file while a second still holds the removed one.
        File.Delete(_holderFile);
        _lock.Dispose();
    }

    private static string HolderFile(string stateFolder, string stack) => Path.Combine(stateFolder, $"{stack}.lock.holder");

    private static FileStream Open(string stateFolder, string stack, FileMode mode = FileMode.OpenOrCreate) =>
        new(Path.Combine(stateFolder, $"{stack}.lock"), mode, FileAccess.ReadWrite, FileShare.None);

    private static string? Holder(string holderFile)
    {
        try
        {
            return File.ReadAllText(holderFile);
        }
        catch (IOException)
        {
            // It has just been given back, or is about to be written.
            return null;
        }
    }
}
