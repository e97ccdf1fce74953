using k8s.Models;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>A pod's status from what is known of its containers, as kubelet computes it. Pure.</summary>
internal static class PodStatusBuilder
{
    private static readonly string[] NodeConditions = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];

    /// <param name="Sandbox">True while the pod has an address and a folder.</param>
    /// <param name="Finished">True when no container runs any more and none will.</param>
    /// <param name="Failure">Why the node has given the pod up; null where it has not.</param>
    /// <param name="User">Whom containers run as.</param>
    public sealed record Input(
        V1Pod Pod, IReadOnlyList<ContainerRecord> Containers, string HostIP, string? PodIP, DateTimeOffset StartTime, bool Sandbox, bool Finished, PodFailure? Failure, V1ContainerUser? User, DateTimeOffset Now);

    public static V1PodStatus Build(Input input)
    {
        var pod = input.Pod;
        var before = pod.Status ?? new V1PodStatus();
        var phase = Phase(input);
        var init = input.Containers.Where(container => container.Role != ContainerRole.Main).ToList();
        var main = input.Containers.Where(container => container.Role == ContainerRole.Main).ToList();
        return before with
        {
            ObservedGeneration = pod.Metadata.Generation,
            // The last phase is reported once nothing of the pod is left; the conditions tell earlier.
            Phase = phase is "Succeeded" or "Failed" && !input.Finished ? before.Phase ?? "Pending" : phase,
            Reason = input is { Finished: true, Failure: { } failure } ? failure.Reason : before.Reason,
            Message = input is { Finished: true, Failure: { } known } ? known.Message : before.Message,
            HostIP = input.HostIP,
            HostIPs = [new V1HostIP { Ip = input.HostIP }],
            PodIP = input.PodIP,
            PodIPs = input.PodIP is null ? null : [new V1PodIP { Ip = input.PodIP }],
            StartTime = Seconds(input.StartTime),
            InitContainerStatuses = init.Count == 0 ? null : init.ConvertAll(container => Status(container, Initializing(container), input.User)),
            ContainerStatuses = main.ConvertAll(container => Status(container, init.Count == 0 ? "ContainerCreating" : "PodInitializing", input.User)),
            Conditions = Conditions(input, phase, init, main),
            Resources = before.Resources ?? new V1ResourceRequirements(),
        };
    }

    /// <summary>Times in an object's status have whole seconds.</summary>
    public static DateTime Seconds(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);

    /// <summary>How a run ended.</summary>
    /// <param name="id">The container's, as statuses have it.</param>
    public static V1ContainerStateTerminated Terminated(ContainerExit exit, DateTimeOffset started, string? id, string? message) => new()
    {
        ExitCode = exit.ExitCode,
        Reason = exit.OutOfMemory ? "OOMKilled" : exit.Unknown ? "Unknown" : exit.ExitCode == 0 ? "Completed" : "Error",
        Message = message,
        StartedAt = Seconds(started),
        FinishedAt = Seconds(exit.FinishedAt),
        ContainerID = id,
    };

    private static string Phase(Input input)
    {
        var pod = input.Pod;
        if (pod.Status?.Phase is "Succeeded" or "Failed")
        {
            return pod.Status.Phase;
        }

        var main = input.Containers.Where(container => container.Role == ContainerRole.Main).ToList();
        var never = pod.Spec.RestartPolicy == "Never";
        if (input.Finished)
        {
            var failed = input.Containers.Any(container =>
                container.Role != ContainerRole.Sidecar && container is { Phase: ContainerPhase.Terminated, Terminated.ExitCode: not 0 });
            return input.Failure is not null || failed || main.Any(container => container.Phase != ContainerPhase.Terminated) ? "Failed" : "Succeeded";
        }

        var initializing = input.Containers.Any(container => container.Role != ContainerRole.Main && !container.Done && !HasRun(container));
        var initFailed = input.Containers.Any(container => container.Role == ContainerRole.Init && !container.Done);
        if (initializing || initFailed)
        {
            return "Pending";
        }

        if (main.Any(container => container.Phase is ContainerPhase.Waiting or ContainerPhase.Starting && (container.LastTerminated ?? container.Terminated) is null))
        {
            return "Pending";
        }

        var stopped = main.All(container => container.Phase == ContainerPhase.Terminated);
        return !stopped || pod.Spec.RestartPolicy is "Always" or null ? "Running"
            : main.All(container => container.Terminated?.ExitCode == 0) ? "Succeeded"
            : never ? "Failed"
            : "Running";
    }

    private static bool HasRun(ContainerRecord container) => container.ContainerId is not null;

    private static string Initializing(ContainerRecord container) => container.Role == ContainerRole.Main ? "ContainerCreating" : "PodInitializing";

    private static V1ContainerStatus Status(ContainerRecord container, string creating, V1ContainerUser? user) => new()
    {
        Name = container.Name,
        State = State(container, creating),
        LastState = new V1ContainerState { Terminated = container.LastTerminated },
        Ready = container.Role == ContainerRole.Main || container.Role == ContainerRole.Sidecar
            ? container.IsSeenRunning && container.Ready
            : container.Done,
        RestartCount = container.RestartCount,
        Image = container.Image,
        ImageID = container.ImageId,
        ContainerID = container.ContainerId,
        Started = container.IsSeenRunning && container.Started,
        AllocatedResources = container.ContainerId is not null && container.Spec.Resources?.Requests is { Count: > 0 } requests ? requests : null,
        Resources = container.ContainerId is null ? null : container.Spec.Resources ?? new V1ResourceRequirements(),
        User = container.ContainerId is null ? null : user,
        VolumeMounts = container.Spec.VolumeMounts is { Count: > 0 } mounts ? [.. mounts.Select(Mount)] : null,
    };

    private static V1VolumeMountStatus Mount(V1VolumeMount mount) => new()
    {
        Name = mount.Name,
        MountPath = mount.MountPath,
        ReadOnlyProperty = mount.ReadOnlyProperty == true ? true : null,
        RecursiveReadOnly = mount.ReadOnlyProperty == true ? "Disabled" : null,
    };

    private static V1ContainerState State(ContainerRecord container, string creating) => container.Phase switch
    {
        _ when container.IsSeenRunning => new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = Seconds(container.StartedAt) } },
        ContainerPhase.Terminated => new V1ContainerState { Terminated = container.Terminated },
        ContainerPhase.Starting when container.Terminated is { } ended => new V1ContainerState { Terminated = ended },
        _ => new V1ContainerState { Waiting = container.Waiting ?? new V1ContainerStateWaiting { Reason = creating } },
    };

    private static List<V1PodCondition> Conditions(Input input, string phase, List<ContainerRecord> init, List<ContainerRecord> main)
    {
        var pod = input.Pod;
        var conditions = new List<V1PodCondition>
        {
            Condition(input, "PodReadyToStartContainers", input.Sandbox, null, null),
        };

        var incomplete = init.Where(container => !container.Done && !(container.Role == ContainerRole.Sidecar && container.ContainerId is not null)).ToList();
        conditions.Add(phase == "Succeeded" ? Condition(input, "Initialized", true, "PodCompleted", null)
            : incomplete.Count == 0 || main.Any(HasRun) ? Condition(input, "Initialized", true, null, null)
            : Condition(input, "Initialized", false, "ContainersNotInitialized", $"containers with incomplete status: [{Names(incomplete)}]"));

        var unready = input.Containers.Where(container => container.Role != ContainerRole.Init && !(container.IsSeenRunning && container.Ready)).ToList();
        var (ready, reason, message) = phase switch
        {
            "Succeeded" => (false, "PodCompleted", null),
            "Failed" => (false, "PodFailed", null),
            _ when unready.Count > 0 => (false, "ContainersNotReady", $"containers with unready status: [{Names(unready)}]"),
            _ => (true, (string?)null, (string?)null),
        };
        var (gatesReady, gatesMessage) = ready ? Gates(pod) : (false, null);
        conditions.Add(ready && !gatesReady ? Condition(input, "Ready", false, "ReadinessGatesNotReady", gatesMessage) : Condition(input, "Ready", ready, reason, message));
        conditions.Add(Condition(input, "ContainersReady", ready, reason, message));
        conditions.Add(Condition(input, "PodScheduled", true, null, null));

        // Other conditions belong to others.
        conditions.AddRange(pod.Status?.Conditions?.Where(condition => !NodeConditions.Contains(condition.Type)) ?? []);
        return conditions;
    }

    private static (bool Ready, string? Message) Gates(V1Pod pod)
    {
        foreach (var gate in pod.Spec.ReadinessGates ?? [])
        {
            var condition = pod.Status?.Conditions?.FirstOrDefault(one => one.Type == gate.ConditionType);
            if (condition is null)
            {
                return (false, $"corresponding condition of pod readiness gate \"{gate.ConditionType}\" does not exist.");
            }

            if (condition.Status != "True")
            {
                return (false, $"the status of pod readiness gate \"{gate.ConditionType}\" is not \"True\", but {condition.Status}");
            }
        }

        return (true, null);
    }

    private static V1PodCondition Condition(Input input, string type, bool value, string? reason, string? message)
    {
        var status = value ? "True" : "False";
        var before = input.Pod.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);
        return new V1PodCondition
        {
            Type = type,
            Status = status,
            ObservedGeneration = input.Pod.Metadata.Generation,
            LastTransitionTime = before?.Status == status ? before.LastTransitionTime : Seconds(input.Now),
            Reason = reason,
            Message = message,
        };
    }

    private static string Names(IEnumerable<ContainerRecord> containers) => string.Join(' ', containers.Select(container => container.Name));
}
