using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Scalelab.Cli.Logging;
using Scalelab.Cluster;
using Scalelab.Cluster.Node.Processes;
using Scalelab.Registry;

namespace Scalelab.Cli.Daemon;

/// <summary>The background process: runs the registry and the cluster until it is told to stop, and keeps daemon.json true.</summary>
internal sealed class DaemonHost(DaemonOptions options, LabHome home, TimeProvider time)
{
    /// <summary>The exit code when another daemon holds the home folder.</summary>
    public const int AnotherRuns = 75;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Returns when <paramref name="cancellationToken"/> is cancelled and everything is stopped, or when the start failed.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        home.Create();
        using var running = TryLock();
        if (running is null)
        {
            return AnotherRuns;
        }

        if (!OperatingSystem.IsWindows())
        {
            Posix.LeaveTerminal();
        }

        var record = new DaemonRecord
        {
            Pid = Environment.ProcessId,
            ProcessIdentity = ProcessIdentity.Of(Environment.ProcessId) ?? "",
            State = DaemonState.Starting,
            StartedAt = time.GetUtcNow(),
            Build = DaemonBuild.Current,
        };
        record.Write(home);

        using var log = new RollingFile(home.DaemonLog);
        using var loggers = LoggerFactory.Create(logging => logging.AddFilter("Microsoft", LogLevel.Warning).AddProvider(new FileLoggerProvider(log, time)));
        var logger = loggers.CreateLogger<DaemonHost>();
        var registry = new RegistryServer(
            new RegistryOptions { Folder = home.Registry, Endpoint = new IPEndPoint(IPAddress.Loopback, options.RegistryPort) },
            time,
            loggers);
        var cluster = new ClusterServer(
            new ClusterOptions
            {
                DataFolder = home.Cluster,
                NodesFolder = home.Nodes,
                KubeconfigPath = home.Kubeconfig,
                ApiPort = options.SecurePort,
                Autoscaler = options.Controllers.Autoscaler,
                MetricResolution = options.Controllers.MetricResolution,
                SyncWrites = !options.UnsafeNoFsync,
            },
            time,
            loggers);
        try
        {
            await Task.WhenAll(
                StartAsync("registry", options.RegistryPort, DaemonOptions.RegistryPortFlag, registry.StartAsync, cancellationToken),
                StartAsync("Kubernetes API", options.SecurePort, DaemonOptions.SecurePortFlag, cluster.StartAsync, cancellationToken)).ConfigureAwait(false);
            record = record with { State = DaemonState.Ready, Registry = registry.Endpoint.ToString(), Api = cluster.ApiAddress?.ToString().TrimEnd('/') };
            record.Write(home);
            logger.LogInformation("Ready in {Elapsed}: registry {Registry}, cluster {Api}", time.GetUtcNow() - record.StartedAt, record.Registry, record.Api);
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            logger.LogInformation("Stopping");
            (record with { State = DaemonState.Stopping }).Write(home);
            return ExitCode.Success;
        }
        catch (Exception e)
        {
            logger.LogError(e, "The start failed");
            (record with { State = DaemonState.Failed, Error = e.Message }).Write(home);
            return ExitCode.Failed;
        }
        finally
        {
            await StopAsync(cluster, registry, logger).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
            {
                File.Delete(home.DaemonFile);
            }
        }
    }

    private static async Task StartAsync(string part, int port, string flag, Func<CancellationToken, Task> start, CancellationToken cancellationToken)
    {
        try
        {
            // Each on its own thread: what a start computes before it first waits must not hold up the other part's.
            await Task.Run(() => start(cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsPortInUse(e))
        {
            throw new CliException($"Port {port} on 127.0.0.1, where the {part} should listen, is in use by another program. Stop that program, or choose another port with {flag}.", e);
        }
    }

    private static bool IsPortInUse(Exception? e) =>
        e is AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } || (e is not null && IsPortInUse(e.InnerException));

    // The cluster first: its pods may still pull while they wind up.
    private async Task StopAsync(ClusterServer cluster, RegistryServer registry, ILogger logger)
    {
        foreach (var part in new IAsyncDisposable[] { cluster, registry })
        {
            try
            {
                await part.DisposeAsync().AsTask().WaitAsync(StopTimeout, time).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                logger.LogError(e, "{Part} did not stop cleanly", part.GetType().Name);
            }
        }
    }

    private FileStream? TryLock()
    {
        try
        {
            return new FileStream(home.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
