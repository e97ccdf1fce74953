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

    /// <exception cref="EngineException">Another update of the stack is running.</exception>
    public static StackLock Take(string stateFolder, string stack, TimeProvider time)
    {
        var path = Path.Combine(stateFolder, $"{stack}.lock");
        var holderFile = Path.Combine(stateFolder, $"{stack}.lock.holder");
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(stateFolder);
            }
            else
            {
                Directory.CreateDirectory(stateFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            var taken = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(holderFile, string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} since {time.GetLocalNow():yyyy-MM-dd HH:mm:ss}"));
            return new StackLock(taken, holderFile);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new EngineException($"The state folder {stateFolder} cannot be used: {e.Message} Correct its permissions.", e);
        }
        catch (IOException e)
        {
            var holder = File.Exists(holderFile) ? File.ReadAllText(holderFile) : $"unknown holder, {e.Message}";
            throw new EngineException($"Another update of stack '{stack}' is running ({holder}). Wait for it to end, or stop that process, then run again.", e);
        }
    }

    public void Dispose()
    {
        // The lock file itself stays: removing it would let a third update lock a new file while a second still holds the removed one.
        File.Delete(_holderFile);
        _lock.Dispose();
    }
}
