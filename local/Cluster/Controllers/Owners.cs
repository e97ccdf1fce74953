using k8s;
using k8s.Models;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers;

/// <summary>Looks at an owner once more before something is made for it.</summary>
internal static class Owners
{
    /// <summary>
    /// A controller may learn of the end of what an object owns before it learns of the end of the object itself; nothing is made in its place then.
    /// </summary>
    /// <exception cref="ApiException">404: the owner is gone or going, or another one has its name.</exception>
    public static async Task RequireAsync<T>(IApiClient client, T owner, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var live = await client.GetAsync<T>(owner.Metadata.NamespaceProperty, owner.Metadata.Name, cancellationToken);
        if (live.Metadata.Uid != owner.Metadata.Uid || live.Metadata.DeletionTimestamp is not null)
        {
            throw ApiErrors.NotFound("", typeof(T).Name, owner.Metadata.Name);
        }
    }

    /// <summary>Whether a cache shows the last of an object.</summary>
    /// <exception cref="ApiException">404: it is gone.</exception>
    public static async Task<bool> IsUnchangedAsync<T>(IApiClient client, T cached, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        (await client.GetAsync<T>(cached.Metadata.NamespaceProperty, cached.Metadata.Name, cancellationToken)).Metadata.ResourceVersion == cached.Metadata.ResourceVersion;
}
