using k8s;
using k8s.Models;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers;

/// <summary>
/// Decides which objects an owner manages: adopts those that match and have no manager, lets go of its own that do not match any more.
/// </summary>
internal static class Claims
{
    /// <param name="matches">Whether the owner's selector matches.</param>
    public static async Task<List<T>> ClaimAsync<T>(
        IApiClient client, IKubernetesObject<V1ObjectMeta> owner, string apiVersion, string kind, IEnumerable<T> candidates, Func<T, bool> matches, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var claimed = new List<T>();
        foreach (var candidate in candidates)
        {
            var manager = PodFilters.ControllerOf(candidate);
            if (manager is not null && manager.Uid != owner.Metadata.Uid)
            {
                continue;
            }

            if (manager is not null)
            {
                if (matches(candidate))
                {
                    claimed.Add(candidate);
                }
                else if (owner.Metadata.DeletionTimestamp is null)
                {
                    await ReleaseAsync(client, candidate, manager.Uid, cancellationToken);
                }
            }
            else if (matches(candidate) && owner.Metadata.DeletionTimestamp is null && candidate.Metadata.DeletionTimestamp is null)
            {
                claimed.Add(await AdoptAsync(client, candidate, Reference(owner, apiVersion, kind), cancellationToken));
            }
        }

        return claimed;
    }

    public static V1OwnerReference Reference(IKubernetesObject<V1ObjectMeta> owner, string apiVersion, string kind) => new()
    {
        ApiVersion = apiVersion,
        Kind = kind,
        Name = owner.Metadata.Name,
        Uid = owner.Metadata.Uid,
        Controller = true,
        BlockOwnerDeletion = true,
    };

    private static async Task<T> AdoptAsync<T>(IApiClient client, T candidate, V1OwnerReference owner, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var copy = candidate.Copy();
        copy.Metadata.OwnerReferences = [.. copy.Metadata.OwnerReferences ?? [], owner];
        return await client.UpdateAsync(copy, cancellationToken);
    }

    private static async Task ReleaseAsync<T>(IApiClient client, T candidate, string uid, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var copy = candidate.Copy();
        copy.Metadata.OwnerReferences = [.. copy.Metadata.OwnerReferences.Where(owner => owner.Uid != uid)];
        await client.UpdateAsync(copy, cancellationToken);
    }
}
