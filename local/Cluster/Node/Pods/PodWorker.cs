using k8s.Models;
using Scalelab.Cluster.Node.Probes;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>
/// Looks after one pod on one node, from its first sight to its last. One loop owns all its state: whatever happens elsewhere (the object
/// changed, a process ended, a probe has a verdict) is put into its mailbox and taken up before the next look at what is to be done.
/// </summary>
internal sealed class PodWorker : IAsyncDisposable
{
    private static readonly TimeSpan GraceOfRemoved = TimeSpan.FromSeconds(1);

    private readonly PodState _state;
    private readonly PodSandboxKeeper _sandbox;
    private readonly PodPublisher _publisher;
    private readonly PodTermination _termination;
    private readonly ContainerSequence _sequence;
    private readonly CancellationTokenSource _lifetime = new();
    private bool _ended;

    public PodWorker(V1Pod pod, NodeContext node)
    {
        _state = new PodState(pod, node);
        _sandbox = new PodSandboxKeeper(_state);
        _publisher = new PodPublisher(_state);
        _termination = new PodTermination(_state);
        var runner = new ContainerRunner(_state, new ContainerProbes(_state, _termination), _termination);
        _sequence = new ContainerSequence(_state, runner);
        new PodRecall(_state, _sandbox, runner).Recall();
        Completion = Task.Run(RunAsync);
    }

    /// <summary>Completes when nothing of the pod is left on this node.</summary>
    public Task Completion { get; }

    /// <summary>The object has changed.</summary>
    public void Update(V1Pod pod) => _state.Mailbox.Post(() => _state.Take(pod));

    /// <summary>The object is gone.</summary>
    public void Remove() => _state.Mailbox.Post(() => _state.Removed = true);

    /// <summary>The node stops: the processes end, the object stays as it is.</summary>
    public void StopWithNode(TimeSpan grace) => _state.Mailbox.Post(() =>
    {
        _state.NodeStops = true;
        _state.Grace?.Shorten(_state.Now + grace);
        _termination.Begin(grace);
    });

    /// <summary>Where commands for a container of the pod go; null while it does not run.</summary>
    public async Task<ProbeTarget?> FindTargetAsync(string container, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<ProbeTarget?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _state.Mailbox.Post(() => answer.SetResult(
            _state.Containers.FirstOrDefault(record => record.Name == container && record.Phase == ContainerPhase.Running)?.Target));
        await Task.WhenAny(answer.Task, Completion).WaitAsync(cancellationToken);
        return answer.Task.IsCompletedSuccessfully ? await answer.Task : null;
    }

    public async ValueTask DisposeAsync()
    {
        await Completion;
        _termination.Dispose();
        _lifetime.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_ended)
        {
            _state.Mailbox.TakeUp();
            try
            {
                await SyncAsync(_lifetime.Token);
            }
            catch (Exception exception)
            {
                _state.Node.Logger.LogWorkerError(exception, _state.Pod.Metadata.NamespaceProperty, _state.Pod.Metadata.Name);
                _state.Mailbox.WakeAt(_state.Now + ContainerRunner.ConfigRetry);
            }

            if (!_ended)
            {
                await _state.Mailbox.WaitAsync();
            }
        }

        await CleanUpAsync();
    }

    private async Task SyncAsync(CancellationToken cancellationToken)
    {
        if (_state.Removed || _state.Pod.Metadata.DeletionTimestamp is not null)
        {
            var grace = _state.Removed ? GraceOfRemoved : _state.GracePeriod;
            _termination.Begin(grace);
            _state.Grace!.Shorten(_state.Now + grace);
        }

        if (_state.Grace is not null)
        {
            await SyncTerminationAsync(cancellationToken);
        }
        else if (_state.Pod.Status?.Phase is not ("Succeeded" or "Failed"))
        {
            await SyncRunningAsync(cancellationToken);
        }
    }

    private async Task SyncRunningAsync(CancellationToken cancellationToken)
    {
        if (_state.Sandbox is null)
        {
            await _publisher.PublishAsync(finished: false, cancellationToken);
            if (!await PrepareSandboxAsync(cancellationToken))
            {
                return;
            }
        }

        GiveUpWhenOverdue();
        var wake = _state.Failure is null ? _sequence.StartWhatIsDue() : null;
        if (_state.Failure is null && _state.ActiveDeadline is { } deadline && (wake is null || deadline < wake))
        {
            wake = deadline;
        }

        if (RestartRules.MainRunsAreOver(_state))
        {
            _termination.StopSidecars();
        }

        // That a run has ended is shown before that the pod has.
        var finished = RestartRules.IsFinished(_state) && !_state.Containers.Any(record => record.Fresh);
        await _publisher.PublishAsync(finished, cancellationToken);
        if (finished)
        {
            _sandbox.ReleaseAddress();
        }

        if (ForgetFresh())
        {
            _state.Mailbox.Wake();
        }
        else if (wake is { } at)
        {
            _state.Mailbox.WakeAt(at);
        }
    }

    private void GiveUpWhenOverdue()
    {
        if (_state.Failure is not null || _state.ActiveDeadline is not { } deadline || deadline > _state.Now)
        {
            return;
        }

        _state.Failure = PodFailure.DeadlineExceeded;
        _state.Node.RecordPod(_state.Pod, "Normal", _state.Failure.Reason, _state.Failure.Message);
        _termination.StopAll();
    }

    private async Task SyncTerminationAsync(CancellationToken cancellationToken)
    {
        if (_state.HasLiveContainers)
        {
            if (!_state.Removed && !_state.NodeStops)
            {
                await _publisher.PublishAsync(finished: false, cancellationToken);
            }

            return;
        }

        if (!_state.NodeStops && !_state.Removed)
        {
            if (_state.Containers.Any(record => record.Terminated is not null))
            {
                await _publisher.PublishAsync(finished: true, cancellationToken);
            }

            await _publisher.DeleteAsync(cancellationToken);
        }

        _ended = true;
    }

    private async Task<bool> PrepareSandboxAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _sandbox.PrepareAsync(cancellationToken);
            return true;
        }
        catch (ContainerConfigException exception)
        {
            _state.Node.RecordPod(_state.Pod, "Warning", exception.Reason, exception.Message);
            _state.Mailbox.WakeAt(_state.Now + ContainerRunner.ConfigRetry);
            return false;
        }
    }

    /// <summary>What has just happened was shown once; true if there was anything.</summary>
    private bool ForgetFresh()
    {
        var fresh = false;
        foreach (var record in _state.Containers)
        {
            fresh |= record.Fresh;
            record.Fresh = false;
        }

        return fresh;
    }

    private async Task CleanUpAsync()
    {
        await _lifetime.CancelAsync();
        await _termination.CancelAsync();
        await _state.Mailbox.DisposeAsync();
        foreach (var record in _state.Containers)
        {
            record.Probes?.Dispose();
        }

        _sandbox.Remove();
    }
}
