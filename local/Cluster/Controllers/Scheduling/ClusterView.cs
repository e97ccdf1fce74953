using k8s.Models;

namespace Scalelab.Cluster.Controllers.Scheduling;

/// <summary>The nodes with the pods on them, as one decision sees them.</summary>
internal sealed class ClusterView(IEnumerable<NodeView> nodes)
{
    public IReadOnlyList<NodeView> Nodes { get; } = [.. nodes];

    public IEnumerable<(NodeView Node, V1Pod Pod)> Pods => Nodes.SelectMany(node => node.Pods.Select(pod => (node, pod)));
}

/// <param name="Pods">What runs there, or is about to.</param>
internal sealed record NodeView(V1Node Node, IReadOnlyList<V1Pod> Pods)
{
    public string? Label(string key) => Node.Metadata.Labels is { } labels && labels.TryGetValue(key, out var value) ? value : null;
}

/// <summary>Why a pod cannot go to a node.</summary>
/// <param name="IsFinal">True where it could not even if other pods made room.</param>
internal readonly record struct Refusal(IReadOnlyList<string> Reasons, bool IsFinal)
{
    public static Refusal Of(string reason, bool isFinal) => new([reason], isFinal);
}
