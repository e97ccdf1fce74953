using k8s.Models;

namespace Scalelab.Cluster.Controllers.Scheduling;

/// <summary>
/// How well a pod would sit on each of the nodes that it fits on: every aspect counts from 0 to 100 and has the weight of the scheduler's
/// default profile.
/// </summary>
internal sealed class NodeScore(V1Pod pod, ClusterView cluster)
{
    private const int TaintWeight = 3;
    private const int NodeAffinityWeight = 2;
    private const int SpreadWeight = 2;
    private const int PodAffinityWeight = 2;

    private readonly TopologySpread _spread = new(pod, cluster);
    private readonly InterPodAffinity _affinity = new(pod, cluster);

    /// <summary>The best of the nodes; of equal ones the first.</summary>
    public NodeView Best(IReadOnlyList<NodeView> fitting)
    {
        var spread = Inverted([.. fitting.Select(_spread.Crowd)]);
        var taints = Inverted([.. fitting.Select(view => (double?)(view.Node.Spec?.Taints ?? []).Count(taint => taint.Effect == "PreferNoSchedule" && !Tolerations.Tolerates(pod, taint)))], fromZero: true);
        var nodes = Scaled([.. fitting.Select(NodePreference)], fromZero: true);
        var pods = Scaled([.. fitting.Select(_affinity.Preference)], fromZero: false);
        return fitting.Select((view, index) => (
            View: view,
            Score: (TaintWeight * taints[index]) + (NodeAffinityWeight * nodes[index]) + (SpreadWeight * spread[index]) + (PodAffinityWeight * pods[index]) + Room(view)))
            .MaxBy(entry => entry.Score).View;
    }

    private double NodePreference(NodeView view) => (pod.Spec.Affinity?.NodeAffinity?.PreferredDuringSchedulingIgnoredDuringExecution ?? [])
        .Where(term => NodeSelection.Matches(term.Preference, view.Node)).Sum(term => term.Weight);

    /// <summary>How much is left, and how evenly of both.</summary>
    private double Room(NodeView view)
    {
        var (cpu, memory) = view.Pods.Append(pod).Select(PodRequests.ForScore).Aggregate((0m, 0m), (sum, one) => (sum.Item1 + one.Cpu, sum.Item2 + one.Memory));
        var (left, other) = (Left(view.Node, "cpu", cpu), Left(view.Node, "memory", memory));
        return ((left + other) / 2) + (100 - (Math.Abs(left - other) / 2));
    }

    private static double Left(V1Node node, string resource, decimal used) =>
        node.Status?.Allocatable?.TryGetValue(resource, out var quantity) == true && quantity.ToDecimal() is > 0 and var offered
            ? (double)(100 * Math.Max(0, offered - used) / offered)
            : 0;

    /// <summary>The most is 100, and the least 0, or where nothing is 0 then.</summary>
    private static double[] Scaled(double[] values, bool fromZero)
    {
        var (least, most) = (fromZero ? 0 : values.Min(), values.Max());
        return [.. values.Select(value => most - least > 0 ? 100 * (value - least) / (most - least) : 0)];
    }

    /// <summary>The least is 100; what does not count at all is 0.</summary>
    private static double[] Inverted(double?[] values, bool fromZero = false)
    {
        var known = values.OfType<double>().DefaultIfEmpty().ToList();
        var (least, most) = (fromZero ? 0 : known.Min(), known.Max());
        return [.. values.Select(value => value is null ? 0 : most > 0 ? 100 * (most + least - value.Value) / most : 100)];
    }
}
