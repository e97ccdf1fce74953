using k8s.Models;

namespace Scalelab.Cluster.Controllers.Scheduling;

/// <summary>Whether a pod may run on a node, and if not, why, in the scheduler's words. Pure.</summary>
internal static class NodeFilter
{
    /// <summary>The reasons against it; none when the pod fits.</summary>
    /// <param name="pods">What runs on the node already.</param>
    /// <param name="hopeless">True where not even an empty node would do.</param>
    public static IReadOnlyList<string> Check(V1Pod pod, V1Node node, IReadOnlyCollection<V1Pod> pods, out bool hopeless)
    {
        hopeless = true;
        if (node.Spec?.Unschedulable == true && !Tolerates(pod, new V1Taint { Key = "node.kubernetes.io/unschedulable", Effect = "NoSchedule" }))
        {
            return ["node(s) were unschedulable"];
        }

        if (node.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready")?.Status != "True")
        {
            return ["node(s) had untolerated taint(s)"];
        }

        if ((node.Spec?.Taints ?? []).Any(taint => taint.Effect is "NoSchedule" or "NoExecute" && !Tolerates(pod, taint)))
        {
            return ["node(s) had untolerated taint(s)"];
        }

        if (!LabelSelectors.Matches(pod.Spec.NodeSelector, node.Metadata.Labels) || !MatchesAffinity(pod, node))
        {
            return ["node(s) didn't match Pod's node affinity/selector"];
        }

        hopeless = false;
        var ports = HostPorts(pod).ToHashSet();
        if (ports.Count > 0 && pods.SelectMany(HostPorts).Any(ports.Contains))
        {
            return ["node(s) didn't have free ports for the requested pod ports"];
        }

        return CheckResources(pod, node, pods, out hopeless);
    }

    public static bool Tolerates(V1Pod pod, V1Taint taint) => (pod.Spec.Tolerations ?? []).Any(toleration =>
        (toleration.Effect is null or "" || toleration.Effect == taint.Effect)
        && (toleration.Key is null or "" || toleration.Key == taint.Key)
        && (toleration.OperatorProperty == "Exists" || ((toleration.OperatorProperty is null or "" or "Equal") && (toleration.Value ?? "") == (taint.Value ?? ""))));

    /// <summary>Whether one term of a node selector matches.</summary>
    public static bool Matches(V1NodeSelectorTerm term, V1Node node)
    {
        var fields = new Dictionary<string, string> { ["metadata.name"] = node.Metadata.Name };
        return (term.MatchExpressions is { Count: > 0 } || term.MatchFields is { Count: > 0 })
            && (term.MatchExpressions ?? []).All(one => LabelSelectors.Matches(one.Key, one.OperatorProperty, one.Values, node.Metadata.Labels))
            && (term.MatchFields ?? []).All(one => LabelSelectors.Matches(one.Key, one.OperatorProperty, one.Values, fields));
    }

    private static bool MatchesAffinity(V1Pod pod, V1Node node) =>
        pod.Spec.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution is not { } required
        || required.NodeSelectorTerms.Any(term => Matches(term, node));

    private static List<string> CheckResources(V1Pod pod, V1Node node, IReadOnlyCollection<V1Pod> pods, out bool hopeless)
    {
        hopeless = false;
        var reasons = new List<string>();
        var allocatable = node.Status?.Allocatable ?? new Dictionary<string, ResourceQuantity>();
        if (pods.Count + 1 > Amount(allocatable, "pods"))
        {
            reasons.Add("Too many pods");
        }

        var used = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (resource, quantity) in pods.SelectMany(PodRequests.Of))
        {
            used[resource] = used.GetValueOrDefault(resource) + quantity;
        }

        foreach (var (resource, quantity) in PodRequests.Of(pod).Where(entry => entry.Value > 0))
        {
            var offered = Amount(allocatable, resource);
            if (quantity + used.GetValueOrDefault(resource) > offered)
            {
                reasons.Add($"Insufficient {resource}");
                hopeless |= quantity > offered;
            }
        }

        return reasons;
    }

    private static decimal Amount(IDictionary<string, ResourceQuantity> allocatable, string resource) =>
        allocatable.TryGetValue(resource, out var quantity) ? quantity.ToDecimal() : 0;

    private static IEnumerable<(string, int)> HostPorts(V1Pod pod) =>
        pod.Spec.Containers.SelectMany(container => container.Ports ?? []).Where(port => port.HostPort is > 0).Select(port => (port.Protocol ?? "TCP", port.HostPort!.Value));
}
