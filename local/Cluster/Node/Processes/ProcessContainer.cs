using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Scalelab.Cluster.Node.Processes;

/// <summary>
/// One process with everything it starts, in a session of its own. Its output comes through named pipes which the process itself holds
/// open for reading too: it is not struck by SIGPIPE while this daemon is away.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ProcessContainer
{
    // As long as nobody waits for the end of a process that is not this daemon's child, its end is looked for this often.
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(500);

    private readonly Task<int?> _ended;

    private ProcessContainer(int process, Task<int?> ended, Stream output, Stream errors)
    {
        Process = process;
        _ended = ended;
        Output = output;
        Errors = errors;
    }

    public int Process { get; }

    public Stream Output { get; }

    public Stream Errors { get; }

    /// <summary>Starts <paramref name="command"/>, whose first element is looked up; the launch's own command plays no part.</summary>
    public static ProcessContainer Start(ContainerLaunch launch, IReadOnlyList<string> command, string pipes)
    {
        var executable = CommandResolver.Resolve(launch, command[0]);
        if (!Directory.Exists(launch.WorkingFolder))
        {
            throw CommandResolver.Failed(command[0], $"chdir to cwd ({launch.WorkingFolder}) set in config.json failed: no such file or directory");
        }

        Directory.CreateDirectory(pipes);
        var output = OpenPipe($"{pipes}/stdout");
        Stream? errors = null;
        try
        {
            errors = OpenPipe($"{pipes}/stderr");
            var (process, error) = PosixSpawn.Start(executable, command, launch.Environment, launch.WorkingFolder, $"{pipes}/stdout", $"{pipes}/stderr");
            if (error != 0)
            {
                throw CommandResolver.Failed(command[0], new System.ComponentModel.Win32Exception(error).Message.ToLowerInvariant());
            }

            return new ProcessContainer(process, ReapAsync(process), output, errors);
        }
        catch
        {
            output.Dispose();
            errors?.Dispose();
            throw;
        }
    }

    /// <summary>Goes on with a process that an earlier daemon started. What it printed meanwhile is still in its pipes.</summary>
    /// <param name="identity">The process's <see cref="ProcessIdentity"/>.</param>
    public static ProcessContainer Adopt(int process, string identity, string pipes, TimeProvider time) =>
        new(process, WatchAsync(process, identity, time), OpenPipeAgain($"{pipes}/stdout"), OpenPipeAgain($"{pipes}/stderr"));

    /// <summary>
    /// The wait status of the main process; null where the system does not tell, because the process is the child of an earlier daemon. Every
    /// other process of the session is killed by then.
    /// </summary>
    public async Task<int?> WaitAsync()
    {
        var status = await _ended;
        Kill();
        return status;
    }

    public void Signal(int signal)
    {
        if (!_ended.IsCompleted)
        {
            Posix.Kill(Process, signal);
        }
    }

    /// <summary>A group outlives its leader, and its number is not given out again while it does: killing it late hits nobody else.</summary>
    public void Kill() => Posix.Kill(-Process, Posix.SignalKill);

    private static async Task<int?> ReapAsync(int process) => await ChildReaper.Shared.WaitAsync(process);

    private static async Task<int?> WatchAsync(int process, string identity, TimeProvider time)
    {
        while (ProcessIdentity.Of(process) == identity)
        {
            await Task.Delay(LookPeriod, time);
        }

        return null;
    }

    internal static AnonymousPipeClientStream OpenPipe(string path)
    {
        File.Delete(path);
        return Posix.MakeFifo(path, 0b110_000_000) != 0
            ? throw new IOException($"The pipe {path} cannot be made: error {Marshal.GetLastPInvokeError()}.")
            : OpenForReading(path);
    }

    private static Stream OpenPipeAgain(string path) => File.Exists(path) ? OpenForReading(path) : Stream.Null;

    private static AnonymousPipeClientStream OpenForReading(string path)
    {
        var descriptor = Posix.OpenForReading(path);
        return descriptor < 0
            ? throw new IOException($"The pipe {path} cannot be opened: error {Marshal.GetLastPInvokeError()}.")
            : new AnonymousPipeClientStream(PipeDirection.In, new SafePipeHandle(descriptor, ownsHandle: true));
    }
}
