using System.Text.Json;
using k8s;
using k8s.Models;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.ControllerRevisions;

/// <summary>The templates that a StatefulSet or a DaemonSet has had, each kept as a ControllerRevision.</summary>
internal sealed class RevisionHistory(IApiClient client, Informer<V1ControllerRevision> revisions, string apiVersion, string kind)
{
    /// <summary>Completes when the revisions are known.</summary>
    public Task Synced => revisions.Synced;

    /// <summary>The revisions of an owner, oldest first.</summary>
    public List<V1ControllerRevision> Of(IKubernetesObject<V1ObjectMeta> owner) =>
    [
        .. revisions.InNamespace(owner.Metadata.NamespaceProperty)
            .Where(revision => PodFilters.ControllerOf(revision)?.Uid == owner.Metadata.Uid)
            .OrderBy(revision => revision.Revision).ThenBy(revision => revision.Metadata.Name, StringComparer.Ordinal),
    ];

    /// <summary>The revision of a template, which becomes the newest one.</summary>
    /// <param name="hash">The template's, which the revision's name ends with.</param>
    public async Task<V1ControllerRevision> EnsureAsync(
        IKubernetesObject<V1ObjectMeta> owner, string data, string hash, IDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var known = Of(owner);
        var next = (known.LastOrDefault()?.Revision ?? 0) + 1;
        if (known.LastOrDefault(revision => TemplateData.Of(revision) == data) is { } same)
        {
            return same.Revision == next - 1 ? same : await client.UpdateAsync(same with { Revision = next }, cancellationToken);
        }

        var name = $"{owner.Metadata.Name}-{hash}";
        try
        {
            return await client.CreateAsync(
                new V1ControllerRevision
                {
                    ApiVersion = "apps/v1",
                    Kind = "ControllerRevision",
                    Metadata = new V1ObjectMeta
                    {
                        Name = name,
                        NamespaceProperty = owner.Metadata.NamespaceProperty,
                        Labels = labels,
                        OwnerReferences = [Claims.Reference(owner, apiVersion, kind)],
                    },
                    Data = JsonDocument.Parse(data).RootElement,
                    Revision = next,
                },
                cancellationToken);
        }
        catch (ApiException exception) when (exception.Reason == "AlreadyExists")
        {
            // Made a moment ago, and not in the cache yet. Another's of that name is a failure.
            var present = await client.GetAsync<V1ControllerRevision>(owner.Metadata.NamespaceProperty, name, cancellationToken);
            if (PodFilters.ControllerOf(present)?.Uid == owner.Metadata.Uid)
            {
                return present;
            }

            throw;
        }
    }

    /// <summary>Deletes the oldest of those that nothing uses.</summary>
    /// <param name="limit">How many of them stay.</param>
    public async Task ForgetAsync(IKubernetesObject<V1ObjectMeta> owner, IReadOnlySet<string> used, int limit, CancellationToken cancellationToken)
    {
        var unused = Of(owner).Where(revision => !used.Contains(revision.Metadata.Name)).ToList();
        foreach (var revision in unused.Take(Math.Max(0, unused.Count - limit)))
        {
            await client.DeleteAsync<V1ControllerRevision>(revision.Metadata.NamespaceProperty, revision.Metadata.Name, null, cancellationToken);
        }
    }
}
