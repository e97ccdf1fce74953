using k8s.Models;
using Scalelab.Cluster.Node.Images;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>Which of a pod's containers are to be started now, and which have to wait, for one another or after a failure.</summary>
internal sealed class ContainerSequence(PodState pod, ContainerRunner runner)
{
    /// <summary>Starts every container whose time has come; says when to look again.</summary>
    public DateTimeOffset? StartWhatIsDue()
    {
        DateTimeOffset? wake = null;
        foreach (var record in pod.Containers)
        {
            if (record.Role == ContainerRole.Main && RestartRules.MainRunsAreOver(pod))
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

        return wake;
    }

    private DateTimeOffset? Advance(ContainerRecord record)
    {
        var now = pod.Now;
        if (record.Fresh || record.Phase is ContainerPhase.Running or ContainerPhase.Starting)
        {
            return null;
        }

        if (record.Phase == ContainerPhase.Terminated)
        {
            return !RestartRules.Restarts(pod, record) ? null : RestartOrBackOff(record, record.KilledByProbe ? record.LastTerminated : record.Terminated, now);
        }

        if (record.NotBefore > now)
        {
            return record.NotBefore;
        }

        switch (record.Waiting?.Reason)
        {
            case ImageException.ErrImagePull when record.PullBackOff.End > now:
                return WaitToPull(record);

            case "RunContainerError" or "PostStartHookError":
                return RestartOrBackOff(record, record.LastTerminated, now);

            case "CrashLoopBackOff":
                record.CrashBackOff.Next(Time(record.LastTerminated?.FinishedAt) ?? now, now);
                runner.Start(record);
                return null;

            default:
                runner.Start(record);
                return null;
        }
    }

    private DateTimeOffset WaitToPull(ContainerRecord record)
    {
        var detail = $"Back-off pulling image \"{record.Spec.Image}\"";
        record.Waiting = new V1ContainerStateWaiting { Reason = ImageException.ImagePullBackOff, Message = $"{detail}: ErrImagePull: {record.PullError}" };
        record.NotBefore = record.PullBackOff.End;
        pod.Node.RecordContainer(pod.Pod, record, "Normal", "BackOff", detail);
        pod.Node.RecordContainer(pod.Pod, record, "Warning", "Failed", "Error: ImagePullBackOff");
        return record.NotBefore;
    }

    /// <summary>Starts a container that has failed again, or makes it wait.</summary>
    /// <param name="last">The end of a run that the wait counts from; null where there was none.</param>
    private DateTimeOffset? RestartOrBackOff(ContainerRecord record, V1ContainerStateTerminated? last, DateTimeOffset now)
    {
        var failed = Time(last?.FinishedAt);
        if (failed is { } at && record.CrashBackOff.EndAfter(at) > now)
        {
            var name = $"{pod.Pod.Metadata.Name}_{pod.Pod.Metadata.NamespaceProperty}({pod.Pod.Metadata.Uid})";
            record.Phase = ContainerPhase.Waiting;
            record.LastTerminated = record.Terminated ?? record.LastTerminated;
            record.Terminated = null;
            record.NotBefore = record.CrashBackOff.EndAfter(Time(record.LastTerminated?.FinishedAt) ?? at);
            record.Waiting = new V1ContainerStateWaiting
            {
                Reason = "CrashLoopBackOff",
                Message = $"back-off {GoDuration.Format(record.CrashBackOff.Length)} restarting failed container={record.Name} pod={name}",
            };
            var looks = record.KilledByProbe ? 2 : 1;
            for (var look = 0; look < looks; look++)
            {
                // kubelet meets the wait when it ends the run, and again when it sees that the run has ended.
                pod.Node.RecordContainer(pod.Pod, record, "Warning", "BackOff", $"Back-off restarting failed container {record.Name} in pod {name}");
            }

            record.KilledByProbe = false;
            record.Ready = false;
            record.Started = false;
            return record.NotBefore;
        }

        if (failed is { } end)
        {
            record.CrashBackOff.Next(end, now);
        }

        runner.Start(record);
        return null;
    }

    private static DateTimeOffset? Time(DateTime? time) => time is { } value ? new DateTimeOffset(DateTime.SpecifyKind(value, DateTimeKind.Utc)) : null;
}
