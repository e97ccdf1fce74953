using k8s.Models;

namespace Scalelab.Cluster.Controllers.Scheduling;

/// <summary>Which pods a pod wants near it, which not, and which pods do not want it near them.</summary>
internal sealed class InterPodAffinity
{
    private readonly V1Pod _pod;
    private readonly IList<V1PodAffinityTerm> _near;
    private readonly IList<V1PodAffinityTerm> _far;
    private readonly List<HashSet<string>> _nearDomains;
    private readonly List<HashSet<string>> _farDomains;
    private readonly HashSet<(string Key, string Domain)> _closed = [];
    private readonly bool _isFirst;
    private readonly ClusterView _cluster;

    public InterPodAffinity(V1Pod pod, ClusterView cluster)
    {
        (_pod, _cluster) = (pod, cluster);
        _near = pod.Spec.Affinity?.PodAffinity?.RequiredDuringSchedulingIgnoredDuringExecution ?? [];
        _far = pod.Spec.Affinity?.PodAntiAffinity?.RequiredDuringSchedulingIgnoredDuringExecution ?? [];
        _nearDomains = [.. _near.Select(term => Domains(term, other => _near.All(one => Matches(one, pod, other))))];
        _farDomains = [.. _far.Select(term => Domains(term, other => Matches(term, pod, other)))];

        // The first of a group that wants to be together cannot wait for the others.
        _isFirst = _nearDomains.TrueForAll(domains => domains.Count == 0) && _near.All(term => Matches(term, pod, pod));
        foreach (var (view, other) in cluster.Pods)
        {
            foreach (var term in other.Spec.Affinity?.PodAntiAffinity?.RequiredDuringSchedulingIgnoredDuringExecution ?? [])
            {
                if (view.Label(term.TopologyKey) is { } domain && Matches(term, other, pod))
                {
                    _closed.Add((term.TopologyKey, domain));
                }
            }
        }
    }

    public Refusal? Check(NodeView view)
    {
        for (var index = 0; index < _near.Count; index++)
        {
            if (view.Label(_near[index].TopologyKey) is not { } domain || (!_isFirst && !_nearDomains[index].Contains(domain)))
            {
                return Refusal.Of("node(s) didn't match pod affinity rules", isFinal: true);
            }
        }

        for (var index = 0; index < _far.Count; index++)
        {
            if (view.Label(_far[index].TopologyKey) is { } domain && _farDomains[index].Contains(domain))
            {
                return Refusal.Of("node(s) didn't match pod anti-affinity rules", isFinal: false);
            }
        }

        return _closed.Any(one => view.Label(one.Key) == one.Domain) ? Refusal.Of("node(s) didn't satisfy existing pods anti-affinity rules", isFinal: false) : null;
    }

    /// <summary>The weights of the preferences that a node fulfils, less those that it goes against.</summary>
    public double Preference(NodeView view) =>
        Sum(_pod.Spec.Affinity?.PodAffinity?.PreferredDuringSchedulingIgnoredDuringExecution, view) - Sum(_pod.Spec.Affinity?.PodAntiAffinity?.PreferredDuringSchedulingIgnoredDuringExecution, view);

    private double Sum(IList<V1WeightedPodAffinityTerm>? terms, NodeView view) => (terms ?? []).Sum(term => view.Label(term.PodAffinityTerm.TopologyKey) is { } domain
        ? term.Weight * _cluster.Pods.Count(entry => entry.Node.Label(term.PodAffinityTerm.TopologyKey) == domain && Matches(term.PodAffinityTerm, _pod, entry.Pod))
        : 0);

    private HashSet<string> Domains(V1PodAffinityTerm term, Func<V1Pod, bool> matches) =>
        [.. _cluster.Pods.Where(entry => matches(entry.Pod)).Select(entry => entry.Node.Label(term.TopologyKey)).OfType<string>()];

    /// <summary>Whether a term of one pod means another. Namespaces are told by name, or all of them by an empty selector.</summary>
    private static bool Matches(V1PodAffinityTerm term, V1Pod holder, V1Pod other)
    {
        var everywhere = term.NamespaceSelector is { MatchLabels: null or { Count: 0 }, MatchExpressions: null or { Count: 0 } };
        var isInside = everywhere || (term.Namespaces is { Count: > 0 } names ? names.Contains(other.Metadata.NamespaceProperty) : other.Metadata.NamespaceProperty == holder.Metadata.NamespaceProperty);
        return isInside && LabelSelectors.Matches(term.LabelSelector, other.Metadata.Labels);
    }
}
