using System.Diagnostics;
using Scalelab.Cli.Output;

namespace Scalelab.Cli.Daemon;

/// <summary>Asks the daemon to stop and waits until its process is gone.</summary>
internal sealed class DaemonStopper(LabHome home, Terminal terminal, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    // The daemon bounds the stop of its two parts with 30 s each.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(70);

    /// <returns>False when no daemon runs.</returns>
    /// <exception cref="CliException">It may not be signalled, or is still there when the time is up.</exception>
    public async Task<bool> StopAsync(CancellationToken cancellationToken)
    {
        if (DaemonRecord.Read(home) is not { } record || !record.IsAlive())
        {
            File.Delete(home.DaemonFile);
            return false;
        }

        var begin = time.GetTimestamp();
        terminal.Output.Write("Stopping the cluster and the registry ... ");
        terminal.Output.Flush();
        Signal(record);
        while (record.IsAlive())
        {
            if (time.GetElapsedTime(begin) > StopTimeout)
            {
                terminal.Output.WriteLine("failed");
                throw new CliException($"The daemon (process {record.Pid}) has not stopped after {Durations.Format(StopTimeout)}. Look into {home.DaemonLog}; end it with 'kill -9 {record.Pid}'.");
            }

            await Task.Delay(PollInterval, time, cancellationToken).ConfigureAwait(false);
        }

        File.Delete(home.DaemonFile);
        terminal.Output.WriteLine($"stopped in {Durations.Format(time.GetElapsedTime(begin))}");
        return true;
    }

    private void Signal(DaemonRecord record)
    {
        if (OperatingSystem.IsWindows())
        {
            // Windows has no signal that asks a detached process to end; the store recovers as after a crash.
            using var process = Process.GetProcessById(record.Pid);
            process.Kill(entireProcessTree: true);
        }
        else if (!Posix.TrySignal(record.Pid, Posix.SigTerm) && record.IsAlive())
        {
            terminal.Output.WriteLine("failed");
            throw new CliException($"Process {record.Pid} may not be stopped: it belongs to another user. Run 'lab stop' as that user.");
        }
    }
}
