using k8s.Models;

namespace Scalelab.Cluster.Controllers.Scheduling;

/// <summary>
/// Whether a pod may run on a node, and if not, why, in the scheduler's words: the filters of its default profile in their order, of which
/// the first to refuse is heard.
/// </summary>
internal sealed class NodeFilter(V1Pod pod, ClusterView cluster)
{
    private readonly TopologySpread _spread = new(pod, cluster);
    private readonly InterPodAffinity _affinity = new(pod, cluster);

    /// <summary>Null where the pod fits.</summary>
    public Refusal? Check(NodeView view) => CheckNode(view.Node) ?? CheckPorts(view) ?? CheckResources(view) ?? _spread.Check(view) ?? _affinity.Check(view);

    private Refusal? CheckNode(V1Node node)
    {
        if (node.Spec?.Unschedulable == true && !Tolerations.Tolerates(pod, new V1Taint { Key = "node.kubernetes.io/unschedulable", Effect = "NoSchedule" }))
        {
            return Refusal.Of("node(s) were unschedulable", isFinal: true);
        }

        if ((node.Spec?.Taints ?? []).Any(taint => taint.Effect is "NoSchedule" or "NoExecute" && !Tolerations.Tolerates(pod, taint)))
        {
            return Refusal.Of("node(s) had untolerated taint(s)", isFinal: true);
        }

        return NodeSelection.Selects(pod, node) ? null : Refusal.Of("node(s) didn't match Pod's node affinity/selector", isFinal: true);
    }

    private Refusal? CheckPorts(NodeView view)
    {
        var wanted = HostPorts(pod).ToList();
        return wanted.Count > 0 && view.Pods.SelectMany(HostPorts).Any(taken => wanted.Exists(port => Collide(port, taken)))
            ? Refusal.Of("node(s) didn't have free ports for the requested pod ports", isFinal: false)
            : null;
    }

    private Refusal? CheckResources(NodeView view)
    {
        var (reasons, isFinal) = (new List<string>(), false);
        var allocatable = view.Node.Status?.Allocatable ?? new Dictionary<string, ResourceQuantity>();
        if (view.Pods.Count + 1 > Amount(allocatable, "pods"))
        {
            reasons.Add("Too many pods");
        }

        var used = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (resource, quantity) in view.Pods.SelectMany(PodRequests.Of))
        {
            used[resource] = used.GetValueOrDefault(resource) + quantity;
        }

        foreach (var (resource, quantity) in PodRequests.Of(pod).Where(entry => entry.Value > 0))
        {
            var offered = Amount(allocatable, resource);
            if (quantity + used.GetValueOrDefault(resource) > offered)
            {
                reasons.Add($"Insufficient {resource}");
                isFinal |= quantity > offered;
            }
        }

        return reasons.Count == 0 ? null : new Refusal(reasons, isFinal);
    }

    private static decimal Amount(IDictionary<string, ResourceQuantity> allocatable, string resource) =>
        allocatable.TryGetValue(resource, out var quantity) ? quantity.ToDecimal() : 0;

    private static bool Collide((string Protocol, string Address, int Port) one, (string Protocol, string Address, int Port) other) =>
        one.Protocol == other.Protocol && one.Port == other.Port && (one.Address == other.Address || one.Address == "0.0.0.0" || other.Address == "0.0.0.0");

    private static IEnumerable<(string Protocol, string Address, int Port)> HostPorts(V1Pod pod) => pod.Spec.Containers.SelectMany(container => container.Ports ?? [])
        .Where(port => port.HostPort is > 0).Select(port => (port.Protocol ?? "TCP", port.HostIP is { Length: > 0 } address ? address : "0.0.0.0", port.HostPort!.Value));
}
