using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Controllers.GarbageCollection;

/// <summary>
/// Deletes objects whose owners are all gone, and carries out the finalizers <c>orphan</c> (dependents stay, without the owner) and
/// <c>foregroundDeletion</c> (dependents go first). It reads the store's own log, so an owner that the graph does not know does not exist.
/// </summary>
internal sealed class GarbageCollector(ResourceService service, ILogger logger) : StoreFollower(service, logger)
{
    private const string Manager = "kube-controller-manager";

    private OwnershipGraph _graph = new();

    protected override async Task FollowAsync(StoreState state, StoreCursor cursor, CancellationToken cancellationToken)
    {
        _graph = new OwnershipGraph();
        var work = new Queue<string>(state.All().Select(item => _graph.Set(item).Uid).ToList());
        while (true)
        {
            while (work.TryDequeue(out var uid))
            {
                await ReconcileAsync(uid, cancellationToken);
            }

            await cursor.WaitAsync(cancellationToken);
            while (cursor.TryRead(out var change))
            {
                Take(change, work);
            }
        }
    }

    private void Take(StoreEvent change, Queue<string> work)
    {
        var current = change.Type == StoreEventType.Deleted ? OwnedObject.Read(change.Current) : _graph.Set(change.Current);
        if (change.Type == StoreEventType.Deleted)
        {
            _graph.Remove(current.Uid);
            foreach (var dependent in _graph.DependentsOf(current.Uid))
            {
                work.Enqueue(dependent.Uid);
            }
        }
        else if (current.Owners.Count > 0 || current.IsDeleting)
        {
            work.Enqueue(current.Uid);
        }

        // An owner that waits for its dependents looks again whenever one of them changes or goes.
        foreach (var owner in current.Owners.Concat(change.Previous is { } previous ? OwnedObject.Read(previous).Owners : []))
        {
            if (_graph.Find(owner.Uid) is { IsDeleting: true })
            {
                work.Enqueue(owner.Uid);
            }
        }
    }

    private async Task ReconcileAsync(string uid, CancellationToken cancellationToken)
    {
        if (_graph.Find(uid) is not { } item)
        {
            return;
        }

        try
        {
            if (item.IsDeleting && item.Finalizers.Contains(Deletion.Orphan))
            {
                await OrphanAsync(item, cancellationToken);
            }
            else if (item.IsDeleting && item.Finalizers.Contains(Deletion.Foreground))
            {
                await DeleteDependentsAsync(item, cancellationToken);
            }
            else if (!item.IsDeleting && item.Owners.Count > 0)
            {
                await DeleteWhenOwnerlessAsync(item, cancellationToken);
            }
        }
        catch (ApiException error) when (error.Code is 404 or 409)
        {
            // It changed in between; the event of that change brings us back.
            Logger.LogDebug("{Key} changed while its owners were looked at: {Problem}", item.Key, error.Message);
        }
    }

    private async Task OrphanAsync(OwnedObject owner, CancellationToken cancellationToken)
    {
        foreach (var dependent in _graph.DependentsOf(owner.Uid))
        {
            await DropOwnersAsync(dependent, uid => uid == owner.Uid, cancellationToken);
        }

        await RemoveFinalizerAsync(owner, Deletion.Orphan, cancellationToken);
    }

    private async Task DeleteDependentsAsync(OwnedObject owner, CancellationToken cancellationToken)
    {
        var blocking = _graph.DependentsOf(owner.Uid).Where(dependent => dependent.Owners.Any(link => link.Uid == owner.Uid && link.Blocks)).ToList();
        if (blocking.Count == 0)
        {
            await RemoveFinalizerAsync(owner, Deletion.Foreground, cancellationToken);
            return;
        }

        foreach (var dependent in blocking.Where(dependent => !dependent.IsDeleting))
        {
            await DeleteWhenOwnerlessAsync(dependent, cancellationToken);
        }
    }

    private async Task DeleteWhenOwnerlessAsync(OwnedObject item, CancellationToken cancellationToken)
    {
        var (solid, gone, waiting) = (0, new List<string>(), 0);
        foreach (var link in item.Owners)
        {
            if (OwnerOf(item, link) is not { } owner)
            {
                gone.Add(link.Uid);
            }
            else if (owner.IsDeleting && owner.Finalizers.Contains(Deletion.Foreground))
            {
                waiting++;
                gone.Add(link.Uid);
            }
            else
            {
                solid++;
            }
        }

        if (gone.Count == 0)
        {
            return;
        }

        if (solid > 0)
        {
            await DropOwnersAsync(item, gone.Contains, cancellationToken);
            return;
        }

        // Dependents of something that waits for its dependents do the same, so that the whole tree goes from the leaves up.
        var policy = waiting > 0 && _graph.HasDependents(item.Uid) ? "Foreground" : item.Finalizers.Contains(Deletion.Orphan) ? "Orphan" : item.Finalizers.Contains(Deletion.Foreground) ? "Foreground" : "Background";
        await Service.DeleteAsync(
            DefinitionOf(item),
            item.Key.Namespace,
            item.Key.Name,
            new DeleteRequest { User = UserInfo.Internal, PropagationPolicy = policy, PreconditionUid = item.Uid },
            cancellationToken);
    }

    /// <summary>An owner in another namespace is none: names and uids of one namespace mean nothing in another.</summary>
    private OwnedObject? OwnerOf(OwnedObject item, OwnerLink link) =>
        _graph.Find(link.Uid) is { } owner && (owner.Key.Namespace.Length == 0 || owner.Key.Namespace == item.Key.Namespace) ? owner : null;

    private async Task DropOwnersAsync(OwnedObject item, Func<string, bool> drop, CancellationToken cancellationToken) => await ChangeAsync(
        item,
        metadata =>
        {
            var kept = (metadata.Array("ownerReferences") ?? []).Where(owner => !drop(owner.Text("uid") ?? "")).Select(owner => owner?.DeepClone()).ToArray();
            metadata.Put("ownerReferences", kept.Length == 0 ? null : new JsonArray(kept));
        },
        cancellationToken);

    private async Task RemoveFinalizerAsync(OwnedObject item, string finalizer, CancellationToken cancellationToken) => await ChangeAsync(
        item,
        metadata =>
        {
            var kept = MetadataRules.Strings(metadata.Array("finalizers")).Where(name => name != finalizer).Select(name => (JsonNode)name).ToArray();
            metadata.Put("finalizers", kept.Length == 0 ? null : new JsonArray(kept));
        },
        cancellationToken);

    private async Task ChangeAsync(OwnedObject item, Action<JsonObject> change, CancellationToken cancellationToken)
    {
        var definition = DefinitionOf(item);
        await Service.UpdateAsync(
            definition,
            item.Key.Namespace,
            item.Key.Name,
            live =>
            {
                if (live is null || live.Metadata().Text("uid") != item.Uid)
                {
                    throw ApiErrors.NotFound(definition, item.Key.Name);
                }

                change(live.Metadata());
                return live;
            },
            new WriteRequest { User = UserInfo.Internal, FieldManager = Manager },
            cancellationToken);
    }

    private ResourceDefinition DefinitionOf(OwnedObject item)
    {
        var slash = item.Key.Resource.IndexOf('/', StringComparison.Ordinal);
        var (group, plural) = slash < 0 ? ("", item.Key.Resource) : (item.Key.Resource[..slash], item.Key.Resource[(slash + 1)..]);
        return Service.Catalog.Current.Stored(group, plural) ?? throw ApiErrors.NoSuchResource();
    }
}
