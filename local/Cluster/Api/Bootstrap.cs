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

            // No pod is admitted without it, and a cluster that says it is ready takes pods.
            await EnsureAsync(client, new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = name } }, cancellationToken);
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
