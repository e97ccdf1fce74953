using System.Collections.Concurrent;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Node.Limits;

namespace Scalelab.Cluster.Node.Processes;

/// <summary>Runs containers as plain processes of this machine: no root, no namespaces, no container engine.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ProcessRuntime(ContainerLogs logs, ProcessRecords records, Cgroups cgroups, TimeProvider time, ILogger logger) : IPodRuntime
{
    private const int MaximumExecOutput = 10 * 1024;

    // How long output may still come after a container has ended; only a process that left its session can hold the pipe that long.
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, RunningContainer> _left = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _running = new(StringComparer.Ordinal);

    /// <summary>The main processes of the containers that run, by the container's id.</summary>
    public IReadOnlyDictionary<string, int> Running => _running;

    /// <summary>
    /// Finds what an earlier daemon left running; each of these containers is to be adopted, or killed with <see cref="KillUnadopted"/>.
    /// Returns the addresses of their pods.
    /// </summary>
    public IReadOnlyList<string> Recover()
    {
        foreach (var container in records.Recover())
        {
            // Two of one container: the newer one is what the pod has now.
            if (_left.TryGetValue(container.Launch.StateFolder, out var other))
            {
                Kill(other.Launch.Run > container.Launch.Run ? container : other);
                if (other.Launch.Run > container.Launch.Run)
                {
                    continue;
                }
            }

            _left[container.Launch.StateFolder] = container;
        }

        return [.. _left.Values.Select(container => container.Launch.PodIP)];
    }

    public AdoptedContainer? Adopt(string stateFolder)
    {
        if (!_left.TryRemove(stateFolder, out var left))
        {
            return null;
        }

        var process = ProcessContainer.Adopt(left.Process, left.Identity, stateFolder, time);
        logger.LogInformation("Container {Id} still runs as process {Process}; it was adopted.", left.Id[..12], left.Process);
        return new AdoptedContainer(new Container(left.Id, process, this, left.Launch, left.StartedAt), left.Launch);
    }

    /// <summary>Ends every container that an earlier daemon left and whose pod is not there any more. Returns the addresses of their pods.</summary>
    public IReadOnlyList<string> KillUnadopted()
    {
        var addresses = new List<string>();
        foreach (var folder in _left.Keys)
        {
            if (_left.TryRemove(folder, out var container))
            {
                Kill(container);
                addresses.Add(container.Launch.PodIP);
            }
        }

        return addresses;
    }

    public Task<IContainer> StartAsync(ContainerLaunch launch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var marked = Mark(launch, id);
        records.Announce(id);
        ProcessContainer? process = null;
        try
        {
            var cgroup = cgroups.Create(id, launch.Limits);
            process = ProcessContainer.Start(marked, launch.Command, launch.StateFolder);
            cgroup.Add(process.Process);
            var startedAt = time.GetUtcNow();
            records.Add(id, process.Process, startedAt, launch);
            return Task.FromResult<IContainer>(new Container(id, process, this, launch, startedAt));
        }
        catch (IOException exception)
        {
            // What cannot be prepared is told in the pod's status as what cannot be started is. What cannot be written down must not run.
            process?.Kill();
            Forget(id);
            throw CommandResolver.Failed(launch.Command[0], exception.Message);
        }
        catch
        {
            Forget(id);
            throw;
        }
    }

    public async Task<ExecResult> ExecAsync(ContainerLaunch launch, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        records.Announce(id);
        ProcessContainer process;
        try
        {
            process = ProcessContainer.Start(Mark(launch, id), command, $"{launch.StateFolder}/{id[..16]}");
            records.Add(id, process.Process, time.GetUtcNow(), null);
        }
        catch
        {
            records.Remove(id);
            throw;
        }

        try
        {
            await using var kill = cancellationToken.Register(process.Kill);
            using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
            var output = ReadAsync(process.Output, patience.Token);
            var errors = ReadAsync(process.Errors, patience.Token);
            var status = await process.WaitAsync();
            cancellationToken.ThrowIfCancellationRequested();
            patience.CancelAfter(OutputPatience);
            var text = Encoding.UTF8.GetString([.. await output, .. await errors]);
            return new ExecResult(Exit(status, default).ExitCode, text.Length > MaximumExecOutput ? text[..MaximumExecOutput] : text);
        }
        finally
        {
            await process.Output.DisposeAsync();
            await process.Errors.DisposeAsync();
            records.Remove(id);
            if (Directory.Exists($"{launch.StateFolder}/{id[..16]}"))
            {
                Directory.Delete($"{launch.StateFolder}/{id[..16]}", recursive: true);
            }
        }
    }

    /// <summary>Starts a command in the surroundings of a container, whose streams the caller holds. Throws <see cref="StartException"/>.</summary>
    public INodeCommand Open(ContainerLaunch launch, IReadOnlyList<string> command, bool hasInput, bool isTerminal)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var folder = $"{launch.StateFolder}/{id[..16]}";
        records.Announce(id);
        try
        {
            return ClientCommand.Start(
                Mark(launch, id), command, hasInput, isTerminal, folder, process => records.Add(id, process, time.GetUtcNow(), null), Forget);
        }
        catch
        {
            Forget();
            throw;
        }

        void Forget()
        {
            records.Remove(id);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static ContainerLaunch Mark(ContainerLaunch launch, string id) =>
        launch with { Environment = new Dictionary<string, string>(launch.Environment) { [ProcessRecords.Marker] = id } };

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken patience)
    {
        // Everything is read, lest the command block on a full pipe; only the beginning is kept.
        var kept = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, patience) is > 0 and var count)
            {
                kept.Write(buffer, 0, (int)Math.Min(count, Math.Max(0, MaximumExecOutput - kept.Length)));
            }
        }
        catch (OperationCanceledException)
        {
            // The command has ended, and what it left behind still holds the pipe: what came so far is its output.
        }

        return kept.ToArray();
    }

    private async Task<ContainerExit> WaitAsync(string id, ProcessContainer process, ContainerLaunch launch)
    {
        _running[id] = process.Process;
        var log = logs.Open(launch.LogPath);
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        var copies = Task.WhenAll(CopyAsync(log, process.Output, "stdout", patience.Token), CopyAsync(log, process.Errors, "stderr", patience.Token));
        var exit = Exit(await process.WaitAsync(), time.GetUtcNow());
        _running.TryRemove(id, out _);
        records.KillMarked(new HashSet<string>(StringComparer.Ordinal) { id });
        patience.CancelAfter(OutputPatience);
        await copies;
        logs.Close(launch.LogPath);
        exit = exit with { OutOfMemory = cgroups.Find(id).RanOutOfMemory() };
        Forget(id);
        logger.LogDebug("Container {Id} ended with exit code {ExitCode}.", id[..12], exit.ExitCode);
        return exit;
    }

    private static ContainerExit Exit(int? status, DateTimeOffset finishedAt) => status switch
    {
        null => new ContainerExit(ContainerExit.UnknownCode, null, finishedAt) { Unknown = true },
        { } ended when Posix.HasExited(ended) => new ContainerExit(Posix.ExitStatus(ended), null, finishedAt),
        { } ended => new ContainerExit(128 + Posix.TerminationSignal(ended), Posix.TerminationSignal(ended), finishedAt),
    };

    private void Forget(string id)
    {
        records.Remove(id);
        cgroups.Find(id).RemoveIfEmpty();
    }

    private void Kill(RunningContainer container)
    {
        logger.LogInformation("Killed process group {Process}, left by an earlier run (container {Id}): its pod is gone.", container.Process, container.Id[..12]);
        Posix.Kill(-container.Process, Posix.SignalKill);
        records.KillMarked(new HashSet<string>(StringComparer.Ordinal) { container.Id });
        records.Remove(container.Id);
    }

    private async Task CopyAsync(ContainerLog log, Stream output, string name, CancellationToken cancellationToken)
    {
        await using (output)
        {
            try
            {
                await log.CopyAsync(output, name, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                logger.LogWarning("A container ended, but something it started still holds its {Stream}; the rest of it is not logged.", name);
            }
            catch (IOException exception)
            {
                logger.LogWarning(exception, "A container's {Stream} could not be logged.", name);
            }
        }
    }

    private sealed class Container : IContainer
    {
        private readonly ProcessContainer _process;
        private readonly int _stopSignal;

        public Container(string id, ProcessContainer process, ProcessRuntime runtime, ContainerLaunch launch, DateTimeOffset startedAt)
        {
            Id = id;
            StartedAt = startedAt;
            _process = process;
            _stopSignal = SignalNumber(launch.StopSignal);
            Exited = runtime.WaitAsync(id, process, launch);
        }

        public string Id { get; }

        public DateTimeOffset StartedAt { get; }

        public Task<ContainerExit> Exited { get; }

        public void Terminate() => _process.Signal(_stopSignal);

        public void Kill() => _process.Kill();

        private static int SignalNumber(string? name) => name?.ToUpperInvariant() switch
        {
            "SIGHUP" or "HUP" or "1" => 1,
            "SIGINT" or "INT" or "2" => 2,
            "SIGQUIT" or "QUIT" or "3" => 3,
            "SIGKILL" or "KILL" or "9" => 9,
            "SIGUSR1" or "USR1" => OperatingSystem.IsMacOS() ? 30 : 10,
            "SIGUSR2" or "USR2" => OperatingSystem.IsMacOS() ? 31 : 12,
            _ => Posix.SignalTerminate,
        };
    }
}
