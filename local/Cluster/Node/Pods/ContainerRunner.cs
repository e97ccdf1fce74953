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
    public void Start(ContainerRecord record, bool restart)
    {
        if (restart)
        {
            record.RestartCount++;
        }

        record.Phase = ContainerPhase.Starting;
        record.KilledByProbe = false;
        record.Spec = CurrentSpec(record);
        var starter = new ContainerStarter(pod.Node, pod.Pod, record, pod.Sandbox!, record.RestartCount);
        _ = Task.Run(async () =>
        {
            try
            {
                var outcome = await starter.StartAsync(termination.Begun);
                pod.Mailbox.Post(() => OnOutcome(record, outcome));
            }
            catch (OperationCanceledException)
            {
                pod.Mailbox.Post(() => record.Phase = ContainerPhase.Waiting);
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
    public static string IdInStatus(IContainer container) => $"scalelab://{container.Id}";

    /// <summary>The container as the object has it now: its image may have been changed.</summary>
    private V1Container CurrentSpec(ContainerRecord record) =>
        (record.Role == ContainerRole.Main ? pod.Pod.Spec.Containers : pod.Pod.Spec.InitContainers).FirstOrDefault(spec => spec.Name == record.Name) ?? record.Spec;

    private void OnOutcome(ContainerRecord record, StartOutcome outcome)
    {
        record.Fresh = true;
        if (outcome.Started is not { } started)
        {
            OnFailed(record, outcome.Reason, outcome.Message);
            return;
        }

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

    private void OnFailed(ContainerRecord record, string reason, string message)
    {
        var now = pod.Now;
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

    private static void OnExited(ContainerRecord record, ContainerExit exit, string? message)
    {
        record.Probes?.Cancel();
        record.Container = null;
        record.Phase = ContainerPhase.Terminated;
        record.Ready = false;
        record.Started = false;
        record.Fresh = true;
        record.Terminated = new V1ContainerStateTerminated
        {
            ExitCode = exit.ExitCode,
            Reason = exit.OutOfMemory ? "OOMKilled" : exit.Unknown ? "Unknown" : exit.ExitCode == 0 ? "Completed" : "Error",
            Message = message,
            StartedAt = PodStatusBuilder.Seconds(record.StartedAt),
            FinishedAt = PodStatusBuilder.Seconds(exit.FinishedAt),
            ContainerID = record.ContainerId,
        };
    }
}
