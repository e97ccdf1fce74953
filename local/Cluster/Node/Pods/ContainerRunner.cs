using k8s.Models;
using Scalelab.Cluster.Node.Images;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>Starts runs of a pod's containers and keeps their records: what came of the start, and how a run ended.</summary>
internal sealed class ContainerRunner(PodState pod, ContainerProbes probes, PodTermination termination)
{
    /// <summary>How long to wait after a container could not be configured; kubelet looks at each pod this often too.</summary>
    public static readonly TimeSpan ConfigRetry = TimeSpan.FromSeconds(10);

    /// <summary>Starts a container; returns at once.</summary>
    public void Start(ContainerRecord record)
    {
        record.Phase = ContainerPhase.Starting;
        record.Spec = CurrentSpec(record);
        var run = record.NextRun;
        var starter = new ContainerStarter(pod.Node, pod.Pod, record, pod.Sandbox!, run);
        _ = Task.Run(async () =>
        {
            try
            {
                var outcome = await starter.StartAsync(termination.Begun);
                pod.Mailbox.Post(() => OnOutcome(record, outcome, run));
            }
            catch (OperationCanceledException)
            {
                pod.Mailbox.Post(() =>
                {
                    record.Phase = record.Terminated is null ? ContainerPhase.Waiting : ContainerPhase.Terminated;
                    record.KilledByProbe = false;
                });
            }
        });
    }

    /// <summary>Goes on with a run that has outlived an earlier daemon, from where its probes had come to.</summary>
    public void Resume(ContainerRecord record, StartedContainer container, bool started, bool ready)
    {
        Run(record, container);
        record.Started = started || record.Spec.StartupProbe is null;
        record.Ready = record.Started && (ready || record.Spec.ReadinessProbe is null);
        probes.Start(record);
    }

    /// <summary>What a status calls a container.</summary>
    public static string IdInStatus(IContainer container) => IdInStatus(container.Id);

    /// <inheritdoc cref="IdInStatus(IContainer)"/>
    public static string IdInStatus(string id) => $"scalelab://{id}";

    /// <summary>The container as the object has it now: its image may have been changed.</summary>
    private V1Container CurrentSpec(ContainerRecord record) =>
        (record.Role == ContainerRole.Main ? pod.Pod.Spec.Containers : pod.Pod.Spec.InitContainers).FirstOrDefault(spec => spec.Name == record.Name) ?? record.Spec;

    private void OnOutcome(ContainerRecord record, StartOutcome outcome, int run)
    {
        record.Fresh = true;
        record.KilledByProbe = false;
        pod.ShowsAddress = true;
        if (outcome.Started is not { } started)
        {
            OnFailed(record, outcome, run);
            return;
        }

        record.RestartCount = run;
        Run(record, started);
        record.Started = record.Spec.StartupProbe is null;
        record.Ready = record.Started && record.Spec.ReadinessProbe is null;
        if (pod.Grace is { } grace)
        {
            termination.Stop(record, grace);
        }
        else if (pod.Failure is not null)
        {
            termination.StopAll();
        }
        else
        {
            probes.Start(record);
        }
    }

    private void Run(ContainerRecord record, StartedContainer started)
    {
        record.Phase = ContainerPhase.Running;
        record.Waiting = null;
        record.PullError = null;
        record.LastTerminated = record.Terminated ?? record.LastTerminated;
        record.Terminated = null;
        record.Container = started.Container;
        record.Target = started.Target;
        record.Image = started.Image.Reference;
        record.ImageId = started.Image.Id;
        record.ContainerId = IdInStatus(started.Container);
        record.StartedAt = started.Container.StartedAt;
        _ = ObserveAsync(record, started.Container, started.Launch.LogPath);
    }

    private void OnFailed(ContainerRecord record, StartOutcome outcome, int run)
    {
        var now = pod.Now;
        record.Phase = ContainerPhase.Waiting;
        record.Waiting = new V1ContainerStateWaiting { Reason = outcome.Reason, Message = outcome.Message };
        record.LastTerminated = outcome.Ended ?? record.Terminated ?? record.LastTerminated;
        record.Terminated = null;
        if (outcome.Reason == ImageException.ErrImagePull)
        {
            record.PullError = outcome.Message;
            record.PullBackOff.Next(now, now);
        }

        if (outcome.Ended is { } ended)
        {
            // There was a container, though it came to nothing.
            record.RestartCount = run;
            record.ContainerId = ended.ContainerID;
            record.Image = outcome.Image!.Reference;
            record.ImageId = outcome.Image.Id;
        }

        record.NotBefore = outcome.Ended is not null || outcome.Reason == ImageException.ErrImagePull ? now : now + ConfigRetry;
    }

    private async Task ObserveAsync(ContainerRecord record, IContainer container, string log)
    {
        var exit = await container.Exited;
        var message = TerminationMessage.For(record.Spec, exit, log);
        pod.Mailbox.Post(() =>
        {
            if (record.Container == container)
            {
                OnExited(record, exit, message);
            }
        });
    }

    private void OnExited(ContainerRecord record, ContainerExit exit, string? message)
    {
        record.Probes?.Cancel();
        record.Container = null;
        record.Phase = ContainerPhase.Terminated;
        record.Terminated = PodStatusBuilder.Terminated(exit, record.StartedAt, record.ContainerId, message);
        if (record.KilledByProbe && pod.Grace is null && RestartRules.Restarts(pod, record))
        {
            return;
        }

        record.KilledByProbe = false;
        record.Ready = false;
        record.Started = false;
        record.Fresh = true;
    }
}
