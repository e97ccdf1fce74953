using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers;

internal static class Copies
{
    /// <summary>A copy that shares nothing; objects from caches are changed only as copies.</summary>
    public static T Copy<T>(this T resource)
        where T : notnull => ModelJson.Read<T>(ModelJson.ToBytes(resource));

    /// <summary>Whether two objects, or parts of them, are the same in every field.</summary>
    public static bool IsSameAs<T>(this T? one, T? other)
        where T : class => one is null || other is null ? one == other : ModelJson.ToText(one) == ModelJson.ToText(other);
}
