using System.Diagnostics;
using Scalelab.Cli.Commands;
using Scalelab.Cli.Output;

namespace Scalelab.Cli.Daemon;

/// <summary>Starts the daemon as a process of its own, or finds the one that runs.</summary>
internal sealed class DaemonLauncher(LabHome home, Terminal terminal, TimeProvider time)
{
    private const int TailLines = 15;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan NoticeAfter = TimeSpan.FromSeconds(3);

    /// <summary>Returns the running daemon's record, or null.</summary>
    public DaemonRecord? Find() => DaemonRecord.Read(home) is { } record && record.IsAlive() ? record : null;

    /// <summary>Makes sure that the daemon runs and is ready.</summary>
    /// <returns>Its record, and whether it was started by this call.</returns>
    /// <exception cref="CliException">It did not become ready: the reason, or its last log lines.</exception>
    public async Task<(DaemonRecord Record, bool WasStarted)> EnsureAsync(DaemonOptions options, CancellationToken cancellationToken)
    {
        if (Find() is { State: DaemonState.Ready } running)
        {
            if (running.Build != DaemonBuild.Current)
            {
                terminal.Output.WriteLine("Note: the registry and the cluster run since before their last change; 'lab stop' makes the next command start the new ones.");
            }

            return (running, false);
        }

        var begin = time.GetTimestamp();
        terminal.Output.Write("Starting the registry and the cluster ... ");
        terminal.Output.Flush();
        try
        {
            var record = await StartAsync(options, begin, cancellationToken).ConfigureAwait(false);
            terminal.Output.WriteLine($"ready in {Durations.Format(time.GetElapsedTime(begin))}");
            return (record, true);
        }
        catch
        {
            terminal.Output.WriteLine("failed");
            throw;
        }
    }

    private async Task<DaemonRecord> StartAsync(DaemonOptions options, long begin, CancellationToken cancellationToken)
    {
        home.Create();
        Process? process = null;
        try
        {
            var hasNotified = false;
            while (time.GetElapsedTime(begin) < StartTimeout)
            {
                var record = Find();
                switch (record)
                {
                    case { State: DaemonState.Ready }:
                        return record;
                    case null when process is null:
                        process = Spawn(options);
                        break;
                    case null when process.HasExited && process.ExitCode == DaemonHost.AnotherRuns:
                        // Of two started at once the other one won, but has not yet said so.
                        process.Dispose();
                        process = null;
                        break;
                    case null when process.HasExited:
                        throw Failure(process);
                }

                if (!hasNotified && time.GetElapsedTime(begin) > NoticeAfter)
                {
                    hasNotified = true;
                    terminal.Output.Write($"({Waiting(record)}; log: {home.DaemonLog}) ");
                    terminal.Output.Flush();
                }

                await Task.Delay(PollInterval, time, cancellationToken).ConfigureAwait(false);
            }

            throw new CliException($"The daemon is not ready after {Durations.Format(StartTimeout)}. Its last log lines:\n{Tail()}\nStop it with 'lab stop' and look into {home.DaemonLog}.");
        }
        finally
        {
            process?.Dispose();
        }
    }

    private static string Waiting(DaemonRecord? record) => record?.State switch
    {
        DaemonState.Stopping => "waiting for the previous daemon to stop",
        DaemonState.Starting => "waiting for the cluster to answer",
        _ => "waiting for the process to come up",
    };

    private CliException Failure(Process process)
    {
        var reason = DaemonRecord.Read(home) is { Error: { } error } record && record.Pid == process.Id ? error : null;
        return new CliException(reason ?? $"The daemon ended with exit code {process.ExitCode} while starting. Its last log lines:\n{Tail()}\nThe whole log is {home.DaemonLog}.");
    }

    private string Tail()
    {
        var lines = new[] { home.DaemonLog, home.DaemonOutput }.Where(File.Exists).SelectMany(File.ReadLines).TakeLast(TailLines);
        return string.Join('\n', lines.Select(line => $"  {line}").DefaultIfEmpty("  (none)"));
    }

    private Process Spawn(DaemonOptions options)
    {
        string[] command =
        [
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            typeof(DaemonLauncher).Assembly.Location, "daemon", "--home", home.Folder,
            DaemonOptions.RegistryPortFlag, $"{options.RegistryPort}", DaemonOptions.SecurePortFlag, $"{options.SecurePort}",
            .. ControllerFlags.Arguments(options.Controllers),
            .. options.UnsafeNoFsync ? [DaemonOptions.UnsafeNoFsyncFlag] : Array.Empty<string>(),
        ];

        // The shell gives the daemon files in place of this process's own streams: a pipe would keep whoever reads them waiting for the daemon.
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(command[0], command[1..]) { CreateNoWindow = true, UseShellExecute = true, WindowStyle = ProcessWindowStyle.Hidden }
            : new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" </dev/null >\"$0\" 2>&1", home.DaemonOutput, .. command]);
        start.WorkingDirectory = home.Folder;
        if (!start.UseShellExecute)
        {
            // Collecting the whole heap while nothing else runs takes 20 to 60 ms with a few thousand objects in the store: no answer is to wait
            // for that.
            start.Environment.TryAdd("DOTNET_gcConcurrent", "1");

            // A process at rest lets its youngest generation fill up before anything is collected: the daemon's is kept smaller than what
            // Cli.csproj allows a command. Only the environment sets the size itself; pods do not inherit it.
            start.Environment.TryAdd("DOTNET_GCgen0size", "0x400000");

            // Compiling a method a second time, optimized, leaves both versions in memory. A daemon at rest calls most of its methods now and
            // then; those of a busy one pass this number of calls within seconds.
            start.Environment.TryAdd("DOTNET_TC_CallCountThreshold", "0x200");
        }

        return Process.Start(start) ?? throw new CliException($"The daemon's process could not be started: {string.Join(' ', command)}");
    }
}
