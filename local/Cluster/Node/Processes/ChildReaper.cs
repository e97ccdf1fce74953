using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Scalelab.Cluster.Node.Processes;

/// <summary>
/// Learns of the end of child processes by SIGCHLD, without a thread or a poll for each. It waits only for processes it was told of, so it does
/// not take the exit codes of <see cref="System.Diagnostics.Process"/>'s children.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ChildReaper : IDisposable
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource<int>> _children = new();
    private readonly PosixSignalRegistration _registration;

    private ChildReaper() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => ReapAll());

    /// <summary>One for the process: signals belong to the process, and so do children.</summary>
    public static ChildReaper Shared { get; } = new();

    /// <summary>The wait status of a child of this process, once it has ended. Asked once for each child.</summary>
    public Task<int> WaitAsync(int process)
    {
        var ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _children[process] = ended;

        // It may have ended before it was known here.
        Reap(process, ended);
        return ended.Task;
    }

    public void Dispose() => _registration.Dispose();

    private void ReapAll()
    {
        foreach (var (process, ended) in _children)
        {
            Reap(process, ended);
        }
    }

    private void Reap(int process, TaskCompletionSource<int> ended)
    {
        // Two callers may meet here; a process id is given out again only after it was waited for, so only one may wait.
        lock (ended)
        {
            if (ended.Task.IsCompleted)
            {
                return;
            }

            int result, status;
            do
            {
                result = Posix.WaitProcess(process, out status, Posix.WaitNoHang);
            }
            while (result < 0 && Marshal.GetLastPInvokeError() == Posix.Interrupted);

            if (result == 0)
            {
                return;
            }

            // An error means that someone else has waited for it; its exit code is lost.
            _children.TryRemove(process, out _);
            ended.SetResult(result == process ? status : 255 << 8);
        }
    }
}
