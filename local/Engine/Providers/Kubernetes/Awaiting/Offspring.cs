using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>
/// The pods that descend from an object by way of Deployments, ReplicaSets and StatefulSets, as a custom resource's controller makes
/// them. Of a Deployment, those of its newest ReplicaSet: older ones may be what the update mends.
/// </summary>
internal sealed class Offspring
{
    private const string Revision = "deployment.kubernetes.io/revision";

    private readonly string? _ancestor;
    private readonly Collection _deployments = new();
    private readonly Collection _replicaSets = new();
    private readonly Collection _statefulSets = new();
    private readonly Collection _pods = new();

    public Offspring(string ns, string? ancestor)
    {
        _ancestor = ancestor;
        Sources =
        [
            Of($"/apis/apps/v1/namespaces/{ns}/deployments", _deployments),
            Of($"/apis/apps/v1/namespaces/{ns}/replicasets", _replicaSets),
            Of($"/apis/apps/v1/namespaces/{ns}/statefulsets", _statefulSets),
            Of($"/api/v1/namespaces/{ns}/pods", _pods),
        ];
    }

    public IReadOnlyList<WatchSource> Sources { get; }

    public JsonObject[] Pods()
    {
        var deployments = Owned(_deployments, [_ancestor]);
        var newest = _replicaSets.Items
            .Where(set => deployments.Any(deployment =>
                KubeObject.IsOwnedBy(set, deployment.Text("metadata", "uid")) && set.Annotation(Revision) == deployment.Annotation(Revision)))
            .Concat(Owned(_replicaSets, [_ancestor]));
        return Owned(_pods, [_ancestor, .. Uids(newest), .. Uids(Owned(_statefulSets, [_ancestor]))]);
    }

    private static WatchSource Of(string path, Collection collection) => new(path, "", collection.Apply) { IsOptional = true };

    private static JsonObject[] Owned(Collection collection, IReadOnlyCollection<string?> owners) =>
        [.. collection.Items.Where(item => owners.Any(owner => KubeObject.IsOwnedBy(item, owner)))];

    private static IEnumerable<string?> Uids(IEnumerable<JsonObject> items) => items.Select(item => item.Text("metadata", "uid"));
}
