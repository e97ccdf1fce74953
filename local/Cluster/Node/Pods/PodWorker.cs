using System.Globalization;
using System.Threading.Channels;
using k8s.Models;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Controllers;
using Scalelab.Cluster.Node.Images;
using Scalelab.Cluster.Node.Probes;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>
/// Looks after one pod on one node, from its first sight to its last. One loop owns all its state: whatever happens elsewhere (the object
/// changed, a process ended, a probe has a verdict) is put into its mailbox and taken up before the next look at what is to be done.
/// </summary>
internal sealed class PodWorker : IAsyncDisposable
{
    private static readonly TimeSpan ConfigRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GraceOfRemoved = TimeSpan.FromSeconds(1);

    private readonly NodeContext _node;
    private readonly Channel<Action> _mailbox = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<ContainerRecord> _containers;
    private readonly CancellationTokenSource _starting = new();
    private readonly CancellationTokenSource _lifetime = new();
    private readonly ITimer _timer;
    private readonly DateTimeOffset _startTime;
    private readonly bool _known;

    private V1Pod _pod;
    private PodSandbox? _sandbox;
    private string? _address;
    private GraceDeadline? _grace;
    private bool _removed;
    private bool _nodeStops;
    private bool _ended;

    public PodWorker(V1Pod pod, NodeContext node)
    {
        _pod = pod;
        _node = node;
        _timer = node.Time.CreateTimer(_ => Post(() => { }), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _known = pod.Status?.StartTime is not null;
        _startTime = pod.Status?.StartTime is { } start ? new DateTimeOffset(DateTime.SpecifyKind(start, DateTimeKind.Utc)) : node.Time.GetUtcNow();
        _containers =
        [
            .. (pod.Spec.InitContainers ?? []).Select(spec => new ContainerRecord(spec, spec.RestartPolicy == "Always" ? ContainerRole.Sidecar : ContainerRole.Init)),
            .. pod.Spec.Containers.Select(spec => new ContainerRecord(spec, ContainerRole.Main)),
        ];
        foreach (var record in _containers)
        {
            Recall(record);
        }

        Completion = Task.Run(RunAsync);
    }

    /// <summary>Completes when nothing of the pod is left on this node.</summary>
    public Task Completion { get; }

    /// <summary>The object has changed.</summary>
    public void Update(V1Pod pod) => Post(() =>
    {
        if (Revision(pod) > Revision(_pod))
        {
            _pod = pod;
        }
    });

    /// <summary>The object is gone.</summary>
    public void Remove() => Post(() => _removed = true);

    /// <summary>The node stops: the processes end, the object stays as it is.</summary>
    public void StopWithNode(TimeSpan grace) => Post(() =>
    {
        _nodeStops = true;
        _grace?.Shorten(_node.Time.GetUtcNow() + grace);
        BeginTermination(grace);
    });

    public async ValueTask DisposeAsync()
    {
        await Completion;
        _starting.Dispose();
        _lifetime.Dispose();
    }

    private static long Revision(V1Pod pod) => long.Parse(pod.Metadata.ResourceVersion ?? "0", CultureInfo.InvariantCulture);

    private void Post(Action action) => _mailbox.Writer.TryWrite(action);

    private async Task RunAsync()
    {
        while (!_ended)
        {
            while (_mailbox.Reader.TryRead(out var action))
            {
                action();
            }

            try
            {
                await SyncAsync(_lifetime.Token);
            }
            catch (Exception exception)
            {
                _node.Logger.LogWorkerError(exception, _pod.Metadata.NamespaceProperty, _pod.Metadata.Name);
                WakeAt(_node.Time.GetUtcNow() + ConfigRetry);
            }

            if (!_ended)
            {
                await _mailbox.Reader.WaitToReadAsync();
            }
        }

        await CleanUpAsync();
    }

    private async Task SyncAsync(CancellationToken cancellationToken)
    {
        if (_removed || _pod.Metadata.DeletionTimestamp is not null)
        {
            BeginTermination(_removed ? GraceOfRemoved : Grace());
            _grace!.Shorten(_node.Time.GetUtcNow() + (_removed ? GraceOfRemoved : Grace()));
        }

        if (_grace is not null)
        {
            await SyncTerminationAsync(cancellationToken);
            return;
        }

        if (_pod.Status?.Phase is "Succeeded" or "Failed")
        {
            return;
        }

        if (_sandbox is null)
        {
            await PublishAsync(finished: false, cancellationToken);
            if (!await PrepareSandboxAsync(cancellationToken))
            {
                return;
            }
        }

        var wake = StartWhatIsDue();
        var finished = IsFinished();
        await PublishAsync(finished, cancellationToken);
        if (finished)
        {
            ReleaseSandbox();
        }

        var fresh = false;
        foreach (var record in _containers)
        {
            fresh |= record.Fresh;
            record.Fresh = false;
        }

        if (fresh)
        {
            Post(() => { });
        }
        else if (wake is { } at)
        {
            WakeAt(at);
        }
    }

    private async Task SyncTerminationAsync(CancellationToken cancellationToken)
    {
        if (_containers.Any(record => record.Phase is ContainerPhase.Running or ContainerPhase.Starting))
        {
            if (!_removed && !_nodeStops)
            {
                await PublishAsync(finished: false, cancellationToken);
            }

            return;
        }

        if (_nodeStops || _removed)
        {
            _ended = true;
            return;
        }

        if (_containers.Any(record => record.Terminated is not null))
        {
            await PublishAsync(finished: true, cancellationToken);
        }

        try
        {
            var options = new V1DeleteOptions { GracePeriodSeconds = 0, Preconditions = new V1Preconditions { Uid = _pod.Metadata.Uid } };
            await _node.Client.DeleteAsync<V1Pod>(_pod.Metadata.NamespaceProperty, _pod.Metadata.Name, options, cancellationToken);
        }
        catch (ApiException exception) when (exception.Code is 404 or 409)
        {
            // Deleted by somebody else, or even replaced by another pod of the same name.
        }

        _ended = true;
    }

    private async Task<bool> PrepareSandboxAsync(CancellationToken cancellationToken)
    {
        var folder = $"{_node.PodsFolder}/{_pod.Metadata.Uid}";
        try
        {
            _address ??= _node.Addresses.Take();
            if (_address is null)
            {
                throw new ContainerConfigException("FailedCreatePodSandBox", "Failed to create pod sandbox: no IP addresses available on this node");
            }

            Directory.CreateDirectory(folder);
            var volumes = await new PodVolumes(_node.Client, $"{folder}/volumes").PrepareAsync(_pod, cancellationToken);
            _sandbox = new PodSandbox(_address, folder, volumes);
            if (_known)
            {
                _node.RecordPod(_pod, "Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
            }

            return true;
        }
        catch (ContainerConfigException exception)
        {
            _node.RecordPod(_pod, "Warning", exception.Reason, exception.Message);
            WakeAt(_node.Time.GetUtcNow() + ConfigRetry);
            return false;
        }
    }

    /// <summary>Starts every container whose time has come; says when to look again.</summary>
    private DateTimeOffset? StartWhatIsDue()
    {
        DateTimeOffset? wake = null;
        foreach (var record in _containers)
        {
            if (record.Role == ContainerRole.Main && MainRunsAreOver())
            {
                continue;
            }

            if (Advance(record) is { } at && (wake is null || at < wake))
            {
                wake = at;
            }

            // An init container keeps everything after it waiting.
            if (record.Role != ContainerRole.Main && !record.Done)
            {
                break;
            }
        }

        if (MainRunsAreOver())
        {
            foreach (var sidecar in _containers.Where(record => record is { Role: ContainerRole.Sidecar, Phase: ContainerPhase.Running }))
            {
                Stop(sidecar, new GraceDeadline(_node.Time.GetUtcNow() + Grace()));
            }
        }

        return wake;
    }

    private DateTimeOffset? Advance(ContainerRecord record)
    {
        var now = _node.Time.GetUtcNow();
        if (record.Fresh || record.Phase is ContainerPhase.Running or ContainerPhase.Starting)
        {
            return null;
        }

        if (record.Phase == ContainerPhase.Terminated)
        {
            return !Restarts(record) ? null : CrashBackOff(record, record.KilledByProbe ? record.LastTerminated : record.Terminated, now);
        }

        if (record.NotBefore > now)
        {
            return record.NotBefore;
        }

        switch (record.Waiting?.Reason)
        {
            case ImageException.ErrImagePull when record.PullBackOff.End > now:
                var detail = $"Back-off pulling image \"{record.Spec.Image}\"";
                record.Waiting = new V1ContainerStateWaiting { Reason = ImageException.ImagePullBackOff, Message = $"{detail}: ErrImagePull: {record.PullError}" };
                record.NotBefore = record.PullBackOff.End;
                _node.RecordContainer(_pod, record, "Normal", "BackOff", detail);
                _node.RecordContainer(_pod, record, "Warning", "Failed", "Error: ImagePullBackOff");
                return record.NotBefore;

            case "RunContainerError" or "PostStartHookError":
                return CrashBackOff(record, record.LastTerminated, now);

            case "CrashLoopBackOff":
                record.CrashBackOff.Next(Time(record.LastTerminated?.FinishedAt) ?? now, now);
                Start(record, restart: true);
                return null;

            default:
                Start(record, restart: false);
                return null;
        }
    }

    /// <summary>Starts a container that has failed again, or makes it wait.</summary>
    /// <param name="last">The end of a run that the wait counts from; null where there was none.</param>
    private DateTimeOffset? CrashBackOff(ContainerRecord record, V1ContainerStateTerminated? last, DateTimeOffset now)
    {
        var failed = Time(last?.FinishedAt);
        if (failed is { } at && record.CrashBackOff.EndAfter(at) > now)
        {
            var name = $"{_pod.Metadata.Name}_{_pod.Metadata.NamespaceProperty}({_pod.Metadata.Uid})";
            record.Phase = ContainerPhase.Waiting;
            record.LastTerminated = record.Terminated ?? record.LastTerminated;
            record.Terminated = null;
            record.NotBefore = record.CrashBackOff.EndAfter(Time(record.LastTerminated?.FinishedAt) ?? at);
            record.Waiting = new V1ContainerStateWaiting
            {
                Reason = "CrashLoopBackOff",
                Message = $"back-off {GoDuration.Format(record.CrashBackOff.Length)} restarting failed container={record.Name} pod={name}",
            };
            _node.RecordContainer(_pod, record, "Warning", "BackOff", $"Back-off restarting failed container {record.Name} in pod {name}");
            return record.NotBefore;
        }

        if (failed is { } end)
        {
            record.CrashBackOff.Next(end, now);
        }

        Start(record, restart: true);
        return null;
    }

    private bool Restarts(ContainerRecord record) => record.Role switch
    {
        ContainerRole.Sidecar => !MainRunsAreOver(),
        ContainerRole.Init => record.Terminated?.ExitCode != 0 && _pod.Spec.RestartPolicy != "Never",
        _ => _pod.Spec.RestartPolicy switch
        {
            "Never" => false,
            "OnFailure" => record.Terminated?.ExitCode != 0,
            _ => true,
        },
    };

    private bool MainRunsAreOver() =>
        _containers.Where(record => record.Role == ContainerRole.Main).All(record => record.Phase == ContainerPhase.Terminated && !RestartsMain(record));

    private bool RestartsMain(ContainerRecord record) =>
        _pod.Spec.RestartPolicy is "Always" or null || (_pod.Spec.RestartPolicy == "OnFailure" && record.Terminated?.ExitCode != 0);

    private bool IsFinished()
    {
        if (_containers.Any(record => record.Phase is ContainerPhase.Running or ContainerPhase.Starting))
        {
            return false;
        }

        var initFailed = _containers.Any(record => record.Role == ContainerRole.Init && record.Phase == ContainerPhase.Terminated && !record.Done && !Restarts(record));
        return initFailed || MainRunsAreOver();
    }

    private void Start(ContainerRecord record, bool restart)
    {
        if (restart)
        {
            record.RestartCount++;
        }

        record.Phase = ContainerPhase.Starting;
        record.KilledByProbe = false;
        record.Spec = Spec(record);
        var starter = new ContainerStarter(_node, _pod, record, _sandbox!, record.RestartCount);
        _ = Task.Run(async () =>
        {
            try
            {
                var outcome = await starter.StartAsync(_starting.Token);
                Post(() => OnOutcome(record, outcome));
            }
            catch (OperationCanceledException)
            {
                Post(() => record.Phase = ContainerPhase.Waiting);
            }
        });
    }

    /// <summary>The container as the object has it now: its image may have been changed.</summary>
    private V1Container Spec(ContainerRecord record) =>
        (record.Role == ContainerRole.Main ? _pod.Spec.Containers : _pod.Spec.InitContainers).FirstOrDefault(spec => spec.Name == record.Name) ?? record.Spec;

    private void OnOutcome(ContainerRecord record, StartOutcome outcome)
    {
        record.Fresh = true;
        if (outcome.Started is not { } started)
        {
            OnFailed(record, outcome.Reason, outcome.Message);
            return;
        }

        record.Phase = ContainerPhase.Running;
        record.Waiting = null;
        record.PullError = null;
        record.LastTerminated = record.Terminated ?? record.LastTerminated;
        record.Terminated = null;
        record.Container = started.Container;
        record.Target = started.Target;
        record.Image = started.Image.Reference;
        record.ImageId = started.Image.Id;
        record.ContainerId = $"scalelab://{started.Container.Id}";
        record.StartedAt = started.Container.StartedAt;
        record.Started = record.Spec.StartupProbe is null;
        record.Ready = record.Started && record.Spec.ReadinessProbe is null;
        _ = ObserveAsync(record, started.Container);
        if (_grace is { } grace)
        {
            Stop(record, grace);
        }
        else
        {
            StartProbes(record);
        }
    }

    private void OnFailed(ContainerRecord record, string reason, string message)
    {
        var now = _node.Time.GetUtcNow();
        record.Phase = ContainerPhase.Waiting;
        record.Waiting = new V1ContainerStateWaiting { Reason = reason, Message = message };
        record.LastTerminated = record.Terminated ?? record.LastTerminated;
        record.Terminated = null;
        switch (reason)
        {
            case ImageException.ErrImagePull:
                record.PullError = message;
                record.PullBackOff.Next(now, now);
                record.NotBefore = now;
                break;

            case "RunContainerError" or "PostStartHookError":
                record.LastTerminated = new V1ContainerStateTerminated
                {
                    ExitCode = 128,
                    Reason = "StartError",
                    Message = message,
                    StartedAt = DateTime.UnixEpoch,
                    FinishedAt = PodStatusBuilder.Seconds(now),
                };
                record.NotBefore = now;
                break;

            default:
                record.NotBefore = now + ConfigRetry;
                break;
        }
    }

    private async Task ObserveAsync(ContainerRecord record, Processes.IContainer container)
    {
        var exit = await container.Exited;
        Post(() =>
        {
            if (record.Container != container)
            {
                return;
            }

            record.Probes?.Cancel();
            record.Container = null;
            record.Phase = ContainerPhase.Terminated;
            record.Ready = false;
            record.Started = false;
            record.Fresh = true;
            record.Terminated = new V1ContainerStateTerminated
            {
                ExitCode = exit.ExitCode,
                Reason = exit.ExitCode == 0 ? "Completed" : "Error",
                StartedAt = PodStatusBuilder.Seconds(record.StartedAt),
                FinishedAt = PodStatusBuilder.Seconds(exit.FinishedAt),
                ContainerID = record.ContainerId,
            };
        });
    }

    private void StartProbes(ContainerRecord record)
    {
        record.Probes = new CancellationTokenSource();
        if (record.Spec.StartupProbe is { } startup)
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(record.Probes.Token);
            void OnVerdict(bool success)
            {
                if (!success)
                {
                    KillForProbe(record, ProbeKind.Startup, startup);
                    return;
                }

                stop.Cancel();
                stop.Dispose();
                record.Started = true;
                record.Ready = record.Spec.ReadinessProbe is null;
                StartLateProbes(record);
            }

            Probe(record, ProbeKind.Startup, startup, OnVerdict, stop.Token);
        }
        else
        {
            StartLateProbes(record);
        }
    }

    private void StartLateProbes(ContainerRecord record)
    {
        if (record.Spec.ReadinessProbe is { } readiness)
        {
            Probe(record, ProbeKind.Readiness, readiness, success => record.Ready = success, record.Probes!.Token);
        }

        if (record.Spec.LivenessProbe is { } liveness)
        {
            void OnVerdict(bool success)
            {
                if (!success)
                {
                    KillForProbe(record, ProbeKind.Liveness, liveness);
                }
            }

            Probe(record, ProbeKind.Liveness, liveness, OnVerdict, record.Probes!.Token);
        }
    }

    private void Probe(ContainerRecord record, ProbeKind kind, V1Probe probe, Action<bool> verdict, CancellationToken cancellationToken)
    {
        var container = record.Container;
        var loop = new ProbeLoop(
            _node.Prober,
            kind,
            probe,
            record.Target!,
            success => Post(() =>
            {
                // A verdict about a run that has ended meanwhile is nobody's any more.
                if (record.Container == container && !cancellationToken.IsCancellationRequested)
                {
                    verdict(success);
                }
            }),
            answer => _node.RecordContainer(_pod, record, "Warning", "Unhealthy", answer.Outcome == ProbeOutcome.Failure
                ? $"{kind} probe failed: {answer.Output}"
                : $"{kind} probe errored and resulted in unknown state: {answer.Output}"),
            _node.Time);
        _ = loop.RunAsync(cancellationToken);
    }

    private void KillForProbe(ContainerRecord record, ProbeKind kind, V1Probe probe)
    {
        if (record.KilledByProbe || _grace is not null)
        {
            return;
        }

        record.KilledByProbe = true;
        record.Probes?.Cancel();
        _node.RecordContainer(_pod, record, "Normal", "Killing", $"Container {record.Name} failed {(kind == ProbeKind.Liveness ? "liveness" : "startup")} probe, will be restarted");
        var grace = probe.TerminationGracePeriodSeconds is { } own ? TimeSpan.FromSeconds(own) : Grace();
        RunStopper(record, new GraceDeadline(_node.Time.GetUtcNow() + grace));
    }

    private void BeginTermination(TimeSpan grace)
    {
        if (_grace is not null)
        {
            return;
        }

        _grace = new GraceDeadline(_node.Time.GetUtcNow() + grace);
        _starting.Cancel();
        foreach (var record in _containers.Where(record => record.Phase == ContainerPhase.Running))
        {
            Stop(record, _grace);
        }
    }

    private void Stop(ContainerRecord record, GraceDeadline grace)
    {
        if (record.Stopping)
        {
            return;
        }

        // Readiness goes on being asked about: it tells when the last request was served. The object's own end makes it unready for services.
        record.Stopping = true;
        if (!_nodeStops)
        {
            _node.RecordContainer(_pod, record, "Normal", "Killing", $"Stopping container {record.Name}");
        }

        RunStopper(record, grace);
    }

    private void RunStopper(ContainerRecord record, GraceDeadline grace)
    {
        if (record.Container is { } container && record.Target is { } target)
        {
            var stopper = new ContainerStopper(_node, _pod, record, container, target);
            var sidecar = record.Role == ContainerRole.Sidecar;
            var before = _containers.Where(other => sidecar && other.Role == ContainerRole.Main && other.Container is not null).Select(other => other.Container!.Exited).ToList();
            _ = Task.Run(async () =>
            {
                // Sidecars serve the main containers until those have ended.
                await Task.WhenAll(before);
                await stopper.StopAsync(grace, hooks: !_nodeStops, _lifetime.Token);
            });
        }
    }

    private TimeSpan Grace() => TimeSpan.FromSeconds(_pod.Metadata.DeletionGracePeriodSeconds ?? _pod.Spec.TerminationGracePeriodSeconds ?? 30);

    /// <summary>Writes the status if it differs from what the API has.</summary>
    private async Task PublishAsync(bool finished, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < 10; tries++)
        {
            var status = PodStatusBuilder.Build(new PodStatusBuilder.Input(
                _pod, _containers, _node.HostIP, _sandbox is null ? null : _address, _startTime, _sandbox is not null && !finished, finished, _node.Time.GetUtcNow()));
            if (status.IsSameAs(_pod.Status))
            {
                return;
            }

            try
            {
                var written = await _node.Client.UpdateStatusAsync(_pod with { Status = status }, cancellationToken);
                _pod = Revision(written) > Revision(_pod) ? written : _pod;
                return;
            }
            catch (ApiException exception) when (exception.Code == 404)
            {
                Post(() => _removed = true);
                return;
            }
            catch (ApiException exception) when (exception.Code == 409)
            {
                if (!await RefreshAsync(cancellationToken))
                {
                    return;
                }
            }
        }
    }

    private async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            var latest = await _node.Client.GetAsync<V1Pod>(_pod.Metadata.NamespaceProperty, _pod.Metadata.Name, cancellationToken);
            if (latest.Metadata.Uid == _pod.Metadata.Uid)
            {
                _pod = latest;
                return true;
            }
        }
        catch (ApiException exception) when (exception.Code == 404)
        {
            // As if another pod had taken the name.
        }

        Post(() => _removed = true);
        return false;
    }

    /// <summary>Takes over what the object's status says from the time before this node started: the processes of that time are gone.</summary>
    private void Recall(ContainerRecord record)
    {
        var statuses = record.Role == ContainerRole.Main ? _pod.Status?.ContainerStatuses : _pod.Status?.InitContainerStatuses;
        if (statuses?.FirstOrDefault(status => status.Name == record.Name) is not { ContainerID: not null } before)
        {
            return;
        }

        record.RestartCount = before.RestartCount;
        record.LastTerminated = before.LastState?.Terminated;
        if (record.Role == ContainerRole.Init)
        {
            // They prepare what was lost, so they run again.
            return;
        }

        record.Image = before.Image;
        record.ImageId = before.ImageID;
        record.ContainerId = before.ContainerID;
        record.Phase = ContainerPhase.Terminated;
        record.Terminated = before.State?.Terminated ?? before.LastState?.Terminated;
        if (before.State?.Running is { } running)
        {
            record.Terminated = new V1ContainerStateTerminated
            {
                ExitCode = 255,
                Reason = "Unknown",
                StartedAt = running.StartedAt,
                FinishedAt = PodStatusBuilder.Seconds(_node.Time.GetUtcNow()),
                ContainerID = before.ContainerID,
            };
        }
        else if (record.Terminated is null)
        {
            record.Phase = ContainerPhase.Waiting;
        }
    }

    private static DateTimeOffset? Time(DateTime? time) => time is { } value ? new DateTimeOffset(DateTime.SpecifyKind(value, DateTimeKind.Utc)) : null;

    private void WakeAt(DateTimeOffset time)
    {
        var rest = time - _node.Time.GetUtcNow();
        _timer.Change(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void ReleaseSandbox()
    {
        if (_address is not null && _sandbox is not null)
        {
            _node.Addresses.Return(_address);
        }
    }

    private async Task CleanUpAsync()
    {
        await _lifetime.CancelAsync();
        await _timer.DisposeAsync();
        foreach (var record in _containers)
        {
            record.Probes?.Dispose();
        }

        if (_address is not null && _pod.Status?.Phase is not ("Succeeded" or "Failed"))
        {
            _node.Addresses.Return(_address);
        }

        if (!_nodeStops && Directory.Exists($"{_node.PodsFolder}/{_pod.Metadata.Uid}"))
        {
            Directory.Delete($"{_node.PodsFolder}/{_pod.Metadata.Uid}", recursive: true);
        }
    }
}
