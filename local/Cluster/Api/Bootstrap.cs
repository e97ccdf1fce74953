using k8s.Models;

namespace Scalelab.Cluster.Api;

/// <summary>The objects that every cluster has from the start.</summary>
internal static class Bootstrap
{
    private static readonly string[] Namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

    public static async Task RunAsync(IApiClient client, CancellationToken cancellationToken)
    {
        foreach (var name in Namespaces)
        {
            await EnsureAsync(client, new V1Namespace { Metadata = new V1ObjectMeta { Name = name } }, cancellationToken);
        }
    }

    private static async Task EnsureAsync<T>(IApiClient client, T resource, CancellationToken cancellationToken)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            await client.GetAsync<T>(resource.Metadata.NamespaceProperty, resource.Metadata.Name, cancellationToken);
        }
        catch (ApiException error) when (error.Code == 404)
        {
            await client.CreateAsync(resource, cancellationToken);
        }
    }
}
