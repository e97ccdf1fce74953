using k8s;
using k8s.Models;

namespace Scalelab.Cluster.Controllers;

/// <summary>What controllers ask of pods.</summary>
internal static class PodFilters
{
    public static bool IsTerminal(this V1Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed";

    /// <summary>Neither ended nor about to.</summary>
    public static bool IsActive(this V1Pod pod) => !pod.IsTerminal() && pod.Metadata.DeletionTimestamp is null;

    /// <summary>Asked to end, and not yet there.</summary>
    public static bool IsTerminating(this V1Pod pod) => !pod.IsTerminal() && pod.Metadata.DeletionTimestamp is not null;

    public static bool IsReady(this V1Pod pod) => pod.ReadyCondition()?.Status == "True";

    public static V1PodCondition? ReadyCondition(this V1Pod pod) => pod.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready");

    /// <summary>Ready for so long already.</summary>
    public static bool IsAvailable(this V1Pod pod, int minReadySeconds, DateTimeOffset now) =>
        pod.ReadyCondition() is { Status: "True" } ready
        && (minReadySeconds == 0 || (ready.LastTransitionTime is { } since && Utc(since).AddSeconds(minReadySeconds) <= now));

    /// <summary>The owner that manages the object; null when nobody does.</summary>
    public static V1OwnerReference? ControllerOf(IKubernetesObject<V1ObjectMeta> resource) =>
        resource.Metadata.OwnerReferences?.FirstOrDefault(owner => owner.Controller == true);

    public static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
