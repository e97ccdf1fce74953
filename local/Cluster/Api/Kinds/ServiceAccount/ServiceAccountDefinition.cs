using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

internal static class ServiceAccountDefinition
{
    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "ServiceAccount",
        Plural = "serviceaccounts",
        Singular = "serviceaccount",
        ShortNames = ["sa"],
        ReturnsDeletedObject = true,
        ModelType = typeof(V1ServiceAccount),
        Subresources = [new SubresourceDefinition("token", "TokenRequest", ["create"], "authentication.k8s.io", "v1")],
        Columns = [Columns.Name, Columns.Age],
    };
}
