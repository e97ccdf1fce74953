using k8s.Models;

namespace Scalelab.Cluster.Controllers.Scheduling;

/// <summary>Which nodes a pod selects, by labels and by names.</summary>
internal static class NodeSelection
{
    /// <summary>Whether the pod's node selector and its required node affinity take the node.</summary>
    public static bool Selects(V1Pod pod, V1Node node) =>
        LabelSelectors.Matches(pod.Spec.NodeSelector, node.Metadata.Labels)
        && (pod.Spec.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution is not { } required || required.NodeSelectorTerms.Any(term => Matches(term, node)));

    /// <summary>Whether one term of a node selector matches; an empty one matches nothing.</summary>
    public static bool Matches(V1NodeSelectorTerm term, V1Node node)
    {
        var fields = new Dictionary<string, string> { ["metadata.name"] = node.Metadata.Name };
        return (term.MatchExpressions is { Count: > 0 } || term.MatchFields is { Count: > 0 })
            && (term.MatchExpressions ?? []).All(one => LabelSelectors.Matches(one.Key, one.OperatorProperty, one.Values, node.Metadata.Labels))
            && (term.MatchFields ?? []).All(one => LabelSelectors.Matches(one.Key, one.OperatorProperty, one.Values, fields));
    }
}
