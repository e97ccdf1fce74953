using k8s.Models;

namespace Scalelab.Cluster.Controllers.Scheduling;

/// <summary>How well a pod would sit on a node, from 0 to 100 for each aspect: few siblings there, much left, what it prefers.</summary>
internal static class NodeScore
{
    // Spread weighs twice, as in the scheduler's default profile.
    private const int SpreadWeight = 2;

    public static double Of(V1Pod pod, V1Node node, IReadOnlyCollection<V1Pod> pods, int mostSiblings) =>
        (SpreadWeight * Spread(pod, pods, mostSiblings)) + LeastAllocated(pod, node, pods) + Preference(pod, node);

    /// <summary>Pods on the node with the same manager.</summary>
    public static int Siblings(V1Pod pod, IEnumerable<V1Pod> pods) => PodFilters.ControllerOf(pod) is { } owner
        ? pods.Count(other => PodFilters.ControllerOf(other)?.Uid == owner.Uid && other.Metadata.DeletionTimestamp is null)
        : 0;

    private static double Spread(V1Pod pod, IReadOnlyCollection<V1Pod> pods, int mostSiblings) =>
        mostSiblings == 0 ? 100 : 100d * (mostSiblings - Siblings(pod, pods)) / mostSiblings;

    private static double LeastAllocated(V1Pod pod, V1Node node, IReadOnlyCollection<V1Pod> pods)
    {
        var (cpu, memory) = pods.Append(pod).Select(PodRequests.ForScore).Aggregate((0m, 0m), (sum, one) => (sum.Item1 + one.Cpu, sum.Item2 + one.Memory));
        return (Left(node, "cpu", cpu) + Left(node, "memory", memory)) / 2;
    }

    private static double Left(V1Node node, string resource, decimal used) =>
        node.Status?.Allocatable?.TryGetValue(resource, out var quantity) == true && quantity.ToDecimal() is > 0 and var offered
            ? (double)(100 * Math.Max(0, offered - used) / offered)
            : 0;

    private static double Preference(V1Pod pod, V1Node node)
    {
        var preferred = pod.Spec.Affinity?.NodeAffinity?.PreferredDuringSchedulingIgnoredDuringExecution ?? [];
        var all = preferred.Sum(term => term.Weight);
        return all == 0 ? 0 : 100d * preferred.Where(term => NodeFilter.Matches(term.Preference, node)).Sum(term => term.Weight) / all;
    }
}
