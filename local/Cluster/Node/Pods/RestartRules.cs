namespace Scalelab.Cluster.Node.Pods;

/// <summary>What a pod's restartPolicy means for its containers. Pure.</summary>
internal static class RestartRules
{
    /// <summary>Whether a container that has ended is started again.</summary>
    public static bool Restarts(PodState pod, ContainerRecord record) => pod.Failure is null && record.Role switch
    {
        ContainerRole.Sidecar => !MainRunsAreOver(pod),
        ContainerRole.Init => record.Terminated?.ExitCode != 0 && pod.Pod.Spec.RestartPolicy != "Never",
        _ => RestartsMain(pod, record),
    };

    /// <summary>No main container runs any more, and none will.</summary>
    public static bool MainRunsAreOver(PodState pod) => pod.Failure is not null || pod.Containers.Where(record => record.Role == ContainerRole.Main)
        .All(record => record.Phase == ContainerPhase.Terminated && !RestartsMain(pod, record));

    /// <summary>No container runs any more, and none will.</summary>
    public static bool IsFinished(PodState pod)
    {
        if (pod.HasLiveContainers)
        {
            return false;
        }

        var initFailed = pod.Containers.Any(record => record.Role == ContainerRole.Init && record.Phase == ContainerPhase.Terminated && !record.Done && !Restarts(pod, record));
        return initFailed || MainRunsAreOver(pod);
    }

    private static bool RestartsMain(PodState pod, ContainerRecord record) => pod.Pod.Spec.RestartPolicy switch
    {
        "Never" => false,
        "OnFailure" => record.Terminated?.ExitCode != 0,
        _ => true,
    };
}
