using k8s.Models;
using Scalelab.Cluster.Node.Probes;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>When the grace of a stopping pod is over. The moment may come nearer, never move away.</summary>
internal sealed class GraceDeadline(DateTimeOffset end)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public (DateTimeOffset End, Task Moved) Now
    {
        get
        {
            lock (_lock)
            {
                return (end, _moved.Task);
            }
        }
    }

    public void Shorten(DateTimeOffset to)
    {
        lock (_lock)
        {
            if (to < end)
            {
                end = to;
                _moved.SetResult();
                _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}

/// <summary>
/// Stops one container politely: the preStop hook, then (if its pod ends, once no new connection comes any more) the stop signal, then, when
/// the grace is over, the end.
/// </summary>
internal sealed class ContainerStopper(NodeContext node, V1Pod pod, ContainerRecord record, IContainer container, ProbeTarget target)
{
    // What is left to a process after a hook that used up all the grace; kubelet's minimumGracePeriodInSeconds.
    private static readonly TimeSpan AfterHook = TimeSpan.FromSeconds(2);

    /// <param name="hooks">False when the node itself ends and has no time for them.</param>
    /// <param name="drains">True when services stop sending connections, which is to be waited for.</param>
    public async Task StopAsync(GraceDeadline grace, bool hooks, bool drains, CancellationToken cancellationToken)
    {
        var drained = drains ? node.WaitUntilDrained(target.PodIP, cancellationToken) : Task.CompletedTask;
        var hook = hooks ? record.Spec.Lifecycle?.PreStop : null;
        if (hook is not null)
        {
            await RunHookAsync(hook, grace, cancellationToken);
        }

        await EndsAsync(Task.WhenAny(drained, container.Exited), grace, DateTimeOffset.MinValue, cancellationToken);
        container.Terminate();
        var extra = hook is not null && grace.Now.End - node.Time.GetUtcNow() < AfterHook ? node.Time.GetUtcNow() + AfterHook : DateTimeOffset.MinValue;
        if (!await EndsAsync(container.Exited, grace, extra, cancellationToken))
        {
            container.Kill();
        }

        await container.Exited;
    }

    private async Task RunHookAsync(V1LifecycleHandler hook, GraceDeadline grace, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = LifecycleHooks.RunAsync(node, hook, target, stop.Token);
        try
        {
            if (!await EndsAsync(Task.WhenAny(run, container.Exited), grace, DateTimeOffset.MinValue, cancellationToken))
            {
                node.Logger.LogHookTimeout(pod.Metadata.NamespaceProperty, pod.Metadata.Name, record.Name);
            }

            await stop.CancelAsync();
            if (await run is { } problem)
            {
                node.RecordContainer(pod, record, "Warning", "FailedPreStopHook", $"PreStopHook failed: {problem}");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The grace was over, or the container ended, before the hook did.
        }
    }

    /// <summary>Waits for a task as long as the grace lasts; false when that was not long enough.</summary>
    private async Task<bool> EndsAsync(Task task, GraceDeadline grace, DateTimeOffset atLeast, CancellationToken cancellationToken)
    {
        while (!task.IsCompleted)
        {
            var (end, moved) = grace.Now;
            var rest = (end > atLeast ? end : atLeast) - node.Time.GetUtcNow();
            if (rest <= TimeSpan.Zero)
            {
                return false;
            }

            using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(task, moved, Task.Delay(rest, node.Time, wait.Token));
            await wait.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }

        return true;
    }
}
