using k8s;

namespace Scalelab.Cluster.Controllers;

internal static class Copies
{
    /// <summary>A copy that shares nothing; objects from caches are changed only as copies.</summary>
    public static T Copy<T>(this T resource)
        where T : notnull => KubernetesJson.Deserialize<T>(KubernetesJson.Serialize(resource));

    /// <summary>Whether two objects, or parts of them, are the same in every field.</summary>
    public static bool IsSameAs<T>(this T? one, T? other)
        where T : class => one is null || other is null ? one == other : KubernetesJson.Serialize(one) == KubernetesJson.Serialize(other);
}
