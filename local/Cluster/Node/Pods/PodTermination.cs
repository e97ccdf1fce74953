using k8s.Models;
using Scalelab.Cluster.Node.Probes;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>The end of a pod's containers: with the pod, or one alone because a probe says so.</summary>
internal sealed class PodTermination(PodState pod) : IDisposable
{
    private readonly CancellationTokenSource _starting = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Cancelled when nothing is to be started any more.</summary>
    public CancellationToken Begun => _starting.Token;

    /// <summary>Starts to end the pod; a second call changes nothing.</summary>
    public void Begin(TimeSpan grace)
    {
        if (pod.Grace is not null)
        {
            return;
        }

        pod.Grace = new GraceDeadline(pod.Now + grace);
        StopAll(pod.Grace);
    }

    /// <summary>Ends the containers of a pod whose object stays, and starts none any more.</summary>
    public void StopAll() => StopAll(new GraceDeadline(pod.Now + pod.GracePeriod));

    /// <summary>Ends a container for good.</summary>
    public void Stop(ContainerRecord record, GraceDeadline grace)
    {
        if (record.Stopping)
        {
            return;
        }

        // Readiness goes on being asked about: it tells when the last request was served. The object's own end makes it unready for services.
        record.Stopping = true;
        if (!pod.NodeStops)
        {
            pod.Node.RecordContainer(pod.Pod, record, "Normal", "Killing", $"Stopping container {record.Name}");
        }

        // Sidecars of a pod that has done its work, and pods of a node that stops, stay endpoints.
        RunStopper(record, grace, drains: pod.Grace is not null && !pod.NodeStops);
    }

    /// <summary>Sidecars have nothing to do any more once the main containers have ended.</summary>
    public void StopSidecars()
    {
        foreach (var sidecar in pod.Containers.Where(record => record is { Role: ContainerRole.Sidecar, Phase: ContainerPhase.Running }))
        {
            Stop(sidecar, new GraceDeadline(pod.Now + pod.GracePeriod));
        }
    }

    /// <summary>Ends a run that a probe has found to be broken; the container starts again.</summary>
    public void KillForProbe(ContainerRecord record, ProbeKind kind, V1Probe probe)
    {
        if (record.KilledByProbe || pod.Grace is not null)
        {
            return;
        }

        record.KilledByProbe = true;
        record.Probes?.Cancel();
        pod.Node.RecordContainer(pod.Pod, record, "Normal", "Killing", $"Container {record.Name} failed {(kind == ProbeKind.Liveness ? "liveness" : "startup")} probe, will be restarted");
        var grace = probe.TerminationGracePeriodSeconds is { } own ? TimeSpan.FromSeconds(own) : pod.GracePeriod;
        RunStopper(record, new GraceDeadline(pod.Now + grace), drains: false);
    }

    /// <summary>Gives up whatever still waits for a container's end.</summary>
    public Task CancelAsync() => _stopping.CancelAsync();

    public void Dispose()
    {
        _starting.Dispose();
        _stopping.Dispose();
    }

    private void StopAll(GraceDeadline grace)
    {
        _starting.Cancel();
        foreach (var record in pod.Containers.Where(record => record.Phase == ContainerPhase.Terminated))
        {
            // It will not be replaced any more.
            record.KilledByProbe = false;
        }

        foreach (var record in pod.Containers.Where(record => record.Phase == ContainerPhase.Running))
        {
            Stop(record, grace);
        }
    }

    private void RunStopper(ContainerRecord record, GraceDeadline grace, bool drains)
    {
        if (record.Container is not { } container || record.Target is not { } target)
        {
            return;
        }

        var stopper = new ContainerStopper(pod.Node, pod.Pod, record, container, target);
        var sidecar = record.Role == ContainerRole.Sidecar;
        var hooks = !pod.NodeStops;
        var before = pod.Containers.Where(other => sidecar && other.Role == ContainerRole.Main && other.Container is not null).Select(other => other.Container!.Exited).ToList();
        _ = Task.Run(async () =>
        {
            // Sidecars serve the main containers until those have ended.
            await Task.WhenAll(before);
            await stopper.StopAsync(grace, hooks, drains, _stopping.Token);
        });
    }
}
