using k8s.Models;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>Takes over what a pod's status says from the time before this node started: the processes of that time are gone.</summary>
internal static class PodRecall
{
    public static void Recall(PodState pod)
    {
        foreach (var record in pod.Containers)
        {
            Recall(pod, record);
        }
    }

    private static void Recall(PodState pod, ContainerRecord record)
    {
        var statuses = record.Role == ContainerRole.Main ? pod.Pod.Status?.ContainerStatuses : pod.Pod.Status?.InitContainerStatuses;
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
                FinishedAt = PodStatusBuilder.Seconds(pod.Now),
                ContainerID = before.ContainerID,
            };
        }
        else if (record.Terminated is null)
        {
            record.Phase = ContainerPhase.Waiting;
        }
    }
}
