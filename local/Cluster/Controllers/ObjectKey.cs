using k8s;
using k8s.Models;

namespace Scalelab.Cluster.Controllers;

/// <summary>Which object: its namespace (null for cluster-scoped kinds) and its name.</summary>
internal readonly record struct ObjectKey(string? Namespace, string Name)
{
    public static ObjectKey Of(IKubernetesObject<V1ObjectMeta> resource) => new(resource.Metadata.NamespaceProperty, resource.Metadata.Name);

    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
