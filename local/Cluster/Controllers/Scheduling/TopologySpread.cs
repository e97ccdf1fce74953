using k8s.Models;

namespace Scalelab.Cluster.Controllers.Scheduling;

/// <summary>
/// A pod's topology spread constraints: how evenly pods like it are spread over zones, nodes or whatever a label of the nodes tells apart.
/// A pod without constraints that somebody manages is spread by the scheduler's own ones, over nodes and zones.
/// </summary>
internal sealed class TopologySpread
{
    private const string Strict = "DoNotSchedule";

    private readonly V1Pod _pod;
    private readonly List<Constraint> _required;
    private readonly List<Constraint> _preferred;

    public TopologySpread(V1Pod pod, ClusterView cluster)
    {
        _pod = pod;
        var constraints = pod.Spec.TopologySpreadConstraints ?? [];
        var own = constraints.Select(one => new Constraint(one.TopologyKey, one.MaxSkew, one.MinDomains ?? 1, one.WhenUnsatisfiable == Strict, Like(one), one)).ToList();
        _required = [.. own.Where(constraint => constraint.IsRequired)];
        _preferred = [.. own.Where(constraint => !constraint.IsRequired)];
        if (own.Count == 0 && PodFilters.ControllerOf(pod) is { } owner)
        {
            // The scheduler's defaults: at most 3 more on one node, 5 more in one zone, as far as possible.
            bool IsSibling(V1Pod other) => PodFilters.ControllerOf(other)?.Uid == owner.Uid;
            _preferred = [new("kubernetes.io/hostname", 3, 1, false, IsSibling, null), new("topology.kubernetes.io/zone", 5, 1, false, IsSibling, null)];
        }

        Count(_required, cluster, requireAll: true);
        Count(_preferred, cluster, requireAll: constraints.Count > 0);
    }

    public Refusal? Check(NodeView view)
    {
        foreach (var constraint in _required)
        {
            if (view.Label(constraint.Key) is not { } domain)
            {
                return Refusal.Of("node(s) didn't match pod topology spread constraints (missing required label)", isFinal: true);
            }

            var fewest = constraint.Pods.Count < constraint.MinDomains ? 0 : constraint.Pods.Values.DefaultIfEmpty().Min();
            if (constraint.Pods.GetValueOrDefault(domain) + (constraint.IsLike(_pod) ? 1 : 0) - fewest > constraint.MaxSkew)
            {
                return Refusal.Of("node(s) didn't match pod topology spread constraints", isFinal: false);
            }
        }

        return null;
    }

    /// <summary>How crowded a node's domains are with pods like this one; null where the node does not count.</summary>
    public double? Crowd(NodeView view)
    {
        var sum = 0d;
        foreach (var constraint in _preferred)
        {
            if (view.Label(constraint.Key) is { } domain)
            {
                sum += (constraint.Pods.GetValueOrDefault(domain) * Math.Log(constraint.Pods.Count + 2)) + (constraint.MaxSkew - 1);
            }
            else if (_pod.Spec.TopologySpreadConstraints is { Count: > 0 })
            {
                return null;
            }
        }

        return sum;
    }

    private void Count(List<Constraint> constraints, ClusterView cluster, bool requireAll)
    {
        foreach (var view in cluster.Nodes)
        {
            if (requireAll && constraints.Exists(constraint => view.Label(constraint.Key) is null))
            {
                continue;
            }

            foreach (var constraint in constraints)
            {
                if (view.Label(constraint.Key) is { } domain && constraint.Includes(_pod, view.Node))
                {
                    constraint.Pods[domain] = constraint.Pods.GetValueOrDefault(domain)
                        + view.Pods.Count(pod => pod.Metadata.DeletionTimestamp is null && pod.Metadata.NamespaceProperty == _pod.Metadata.NamespaceProperty && constraint.IsLike(pod));
                }
            }
        }
    }

    /// <summary>The constraint's selector, and the labels that have to be the pod's own.</summary>
    private Func<V1Pod, bool> Like(V1TopologySpreadConstraint constraint)
    {
        var own = (constraint.MatchLabelKeys ?? []).Where(key => _pod.Metadata.Labels?.ContainsKey(key) == true).ToDictionary(key => key, key => _pod.Metadata.Labels[key]);
        return other => LabelSelectors.Matches(constraint.LabelSelector, other.Metadata.Labels) && LabelSelectors.Matches(own, other.Metadata.Labels);
    }

    private sealed record Constraint(string Key, int MaxSkew, int MinDomains, bool IsRequired, Func<V1Pod, bool> IsLike, V1TopologySpreadConstraint? Declared)
    {
        /// <summary>The number of pods in each domain.</summary>
        public Dictionary<string, int> Pods { get; } = new(StringComparer.Ordinal);

        /// <summary>Nodes that the pod does not select do not count unless it says so; tainted ones do unless it says so.</summary>
        public bool Includes(V1Pod pod, V1Node node) =>
            (Declared?.NodeAffinityPolicy == "Ignore" || NodeSelection.Selects(pod, node))
            && (Declared?.NodeTaintsPolicy != "Honor" || (node.Spec?.Taints ?? []).All(taint => taint.Effect == "PreferNoSchedule" || Tolerations.Tolerates(pod, taint)));
    }
}
