using k8s.Models;
using Scalelab.Cluster.Node.Probes;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>The probes of a pod's running containers: what their verdicts do to a container.</summary>
internal sealed class ContainerProbes(PodState pod, PodTermination termination)
{
    /// <summary>Begins to probe a container: by its startup probe, unless that has succeeded already.</summary>
    public void Start(ContainerRecord record)
    {
        record.Probes = new CancellationTokenSource();
        if (record.Started || record.Spec.StartupProbe is not { } startup)
        {
            StartLate(record);
            return;
        }

        // The startup probe ends with its first success; the others begin with it.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(record.Probes.Token);
        void OnVerdict(bool success)
        {
            if (!success)
            {
                termination.KillForProbe(record, ProbeKind.Startup, startup);
                return;
            }

            stop.Cancel();
            stop.Dispose();
            record.Started = true;
            record.Ready = record.Spec.ReadinessProbe is null;
            StartLate(record);
        }

        Run(record, ProbeKind.Startup, startup, OnVerdict, stop.Token);
    }

    private void StartLate(ContainerRecord record)
    {
        if (record.Spec.ReadinessProbe is { } readiness)
        {
            Run(record, ProbeKind.Readiness, readiness, success => record.Ready = success, record.Probes!.Token);
        }

        if (record.Spec.LivenessProbe is { } liveness)
        {
            void OnVerdict(bool success)
            {
                if (!success)
                {
                    termination.KillForProbe(record, ProbeKind.Liveness, liveness);
                }
            }

            Run(record, ProbeKind.Liveness, liveness, OnVerdict, record.Probes!.Token);
        }
    }

    private void Run(ContainerRecord record, ProbeKind kind, V1Probe probe, Action<bool> verdict, CancellationToken cancellationToken)
    {
        var container = record.Container;
        var loop = new ProbeLoop(
            pod.Node.Prober,
            kind,
            probe,
            record.Target!,
            success => pod.Mailbox.Post(() =>
            {
                // A verdict about a run that has ended meanwhile is nobody's any more.
                if (record.Container == container && !cancellationToken.IsCancellationRequested)
                {
                    verdict(success);
                }
            }),
            answer => pod.Node.RecordContainer(pod.Pod, record, "Warning", "Unhealthy", answer.Outcome == ProbeOutcome.Failure
                ? $"{kind} probe failed: {answer.Output}"
                : $"{kind} probe errored and resulted in unknown state: {answer.Output}"),
            pod.Node.Time);
        _ = loop.RunAsync(cancellationToken);
    }
}
