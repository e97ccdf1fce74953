using k8s.Models;
using Scalelab.Cluster.Node.Images;
using Scalelab.Cluster.Node.Probes;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>
/// Takes over what is left of a pod from the time before this node started: the containers that still run, and what the status says of the
/// others.
/// </summary>
internal sealed class PodRecall(PodState pod, PodSandboxKeeper sandbox, ContainerRunner runner)
{
    public void Recall()
    {
        var adopted = pod.Containers
            .Select(record => (Record: record, Adopted: pod.Node.Runtime.Adopt(PodSandbox.ContainerFolder(sandbox.Folder, record.Name))))
            .Where(entry => entry.Adopted is not null)
            .ToDictionary(entry => entry.Record, entry => entry.Adopted!);
        if (pod.Pod.Status?.Phase is "Succeeded" or "Failed")
        {
            // Its end was written down already, so nothing of it may run.
            foreach (var container in adopted.Values)
            {
                container.Container.Kill();
            }

            adopted.Clear();
        }

        if (adopted.Count > 0)
        {
            sandbox.Resume(adopted.Values.First().Launch.PodIP);
        }

        foreach (var record in pod.Containers)
        {
            Recall(record, resumed: adopted.Count > 0);
            if (adopted.TryGetValue(record, out var container))
            {
                Adopt(record, container);
            }
        }
    }

    private V1ContainerStatus? StatusOf(ContainerRecord record) =>
        (record.Role == ContainerRole.Main ? pod.Pod.Status?.ContainerStatuses : pod.Pod.Status?.InitContainerStatuses)?.FirstOrDefault(status => status.Name == record.Name);

    private void Recall(ContainerRecord record, bool resumed)
    {
        if (StatusOf(record) is not { ContainerID: not null } before)
        {
            return;
        }

        record.RestartCount = before.RestartCount;
        record.LastTerminated = before.LastState?.Terminated;
        if (record.Role == ContainerRole.Init && !resumed)
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
                ExitCode = ContainerExit.UnknownCode,
                Reason = "Unknown",
                StartedAt = running.StartedAt,
                FinishedAt = PodStatusBuilder.Seconds(pod.Now),
                ContainerID = before.ContainerID,
            };
        }
        else if (record.Terminated is null)
        {
            record.Phase = ContainerPhase.Waiting;
        }
    }

    private void Adopt(ContainerRecord record, AdoptedContainer adopted)
    {
        var before = StatusOf(record);
        var image = new ContainerImage(before?.Image ?? record.Spec.Image, before?.ImageID ?? "", adopted.Launch.RootFolder, new OciRunConfig(), 0);
        var builder = new LaunchBuilder(image, record.Spec, pod.Sandbox!.Mounts(record.Spec));
        if (before?.ContainerID == ContainerRunner.IdInStatus(adopted.Container))
        {
            // It is the run that the status speaks of, so this has not ended.
            record.Terminated = null;
        }

        record.RestartCount = adopted.Launch.Run;
        runner.Resume(
            record,
            new StartedContainer(adopted.Container, image, adopted.Launch, new ProbeTarget(pod.Address!, record.Spec, adopted.Launch, builder.MapCommand)),
            started: before?.Started == true,
            ready: before?.Ready == true);
    }
}
