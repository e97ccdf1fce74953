using System.Collections.Immutable;
using Scalelab.Engine.Providers;
using Scalelab.Engine.Secrets;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>
/// Finds out what became of operations that an earlier update began and did not live to finish, by asking the providers. Afterwards the
/// state tells the truth again and the update goes on from there, with nothing made twice and nothing forgotten.
/// </summary>
internal sealed class InterruptedOperations(ProviderRegistry providers, EventStream events)
{
    public async Task<Snapshot> ResolveAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var resources = snapshot.Resources;
        foreach (var (state, type) in snapshot.PendingOperations)
        {
            resources = type switch
            {
                OperationType.Creating => await ResolveCreationAsync(resources, state, cancellationToken),
                OperationType.Updating => ResolveUpdate(resources, state),
                OperationType.Deleting => await ResolveDeletionAsync(resources, state, cancellationToken),
                _ => resources,
            };
        }

        return snapshot with { Resources = resources, PendingOperations = [] };
    }

    private async Task<ImmutableArray<ResourceState>> ResolveCreationAsync(ImmutableArray<ResourceState> resources, ResourceState state, CancellationToken cancellationToken)
    {
        if (ProviderReference.IsProviderType(state.Type) || Provider(resources, state) is not { } provider)
        {
            return resources;
        }

        if (provider.FindId(state.Urn, state.Inputs.Revealed) is not { } id)
        {
            events.Warning($"An earlier update was interrupted while it created '{state.Urn.Name}' ({state.Type}). It may have run in part; it is run again.", state.Urn);
            return resources;
        }

        var read = await provider.ReadAsync(new ReadRequest(state.Urn, id, state.Inputs.Revealed), cancellationToken);
        if (read is null)
        {
            events.Info($"An earlier update was interrupted before it created '{state.Urn.Name}' ({state.Type}).", state.Urn);
            return resources;
        }

        events.Info($"An earlier update was interrupted after it created '{state.Urn.Name}' ({state.Type}): found {read.Id} and went on with it.", state.Urn);
        var found = state with
        {
            Id = read.Id,
            Outputs = SecretMarks.Copy(state.Inputs, read.Outputs),
            InitErrors = ["its creation was interrupted"],
        };
        var old = resources.FirstOrDefault(resource => resource.Urn == state.Urn && !resource.Delete);
        return old switch
        {
            null => resources.Add(found),
            // It is the very object: a creation by a fixed name that was deleted before.
            { PendingReplacement: true } => resources.Replace(old, found),
            { Id: var oldId } when oldId == found.Id => resources.Replace(old, old with { InitErrors = found.InitErrors }),
            // It replaces what still lives, which is now the old half. To create it anew would be to create it twice.
            _ => InsertBehind(resources.Replace(old, old with { Delete = true }), resources.IndexOf(old), found),
        };
    }

    // What needs the old half stands behind it and needs the new one from now on; but nothing stands before what it needs itself.
    private static ImmutableArray<ResourceState> InsertBehind(ImmutableArray<ResourceState> resources, int index, ResourceState found)
    {
        var needed = found.AllDependencies.ToHashSet();
        var last = resources.Index().Where(entry => needed.Contains(entry.Item.Urn)).Select(entry => entry.Index).Append(index).Max();
        return resources.Insert(last + 1, found);
    }

    private ImmutableArray<ResourceState> ResolveUpdate(ImmutableArray<ResourceState> resources, ResourceState state)
    {
        events.Info($"An earlier update was interrupted while it updated '{state.Urn.Name}' ({state.Type}); it is updated again.", state.Urn);
        return resources.FirstOrDefault(resource => resource.Urn == state.Urn && !resource.Delete) is { } old
            ? resources.Replace(old, old with { InitErrors = ["its update was interrupted"] })
            : resources;
    }

    private async Task<ImmutableArray<ResourceState>> ResolveDeletionAsync(ImmutableArray<ResourceState> resources, ResourceState state, CancellationToken cancellationToken)
    {
        var old = resources.FirstOrDefault(resource => resource.Urn == state.Urn && resource.Id == state.Id && resource.Delete == state.Delete);
        if (old is null || Provider(resources, state) is not { } provider)
        {
            return resources;
        }

        if (old.RetainOnDelete || old.DeletedWith is not null)
        {
            return await ResolveLeavingAsync(resources, old, provider, cancellationToken);
        }

        events.Info($"An earlier update was interrupted while it deleted '{state.Urn.Name}' ({state.Type}); finishing that.", state.Urn);
        await provider.DeleteAsync(new DeleteRequest(state.Urn, state.Id ?? "", state.Inputs.Revealed, state.Outputs.Revealed, state.CustomTimeouts?.Delete), cancellationToken);
        return Gone(resources, old);
    }

    // Perhaps only its record was to go. Nothing is deleted here that the update would have left alone; the next one decides again.
    private static async Task<ImmutableArray<ResourceState>> ResolveLeavingAsync(
        ImmutableArray<ResourceState> resources,
        ResourceState old,
        IProvider provider,
        CancellationToken cancellationToken)
    {
        var read = await provider.ReadAsync(new ReadRequest(old.Urn, old.Id ?? "", old.Inputs.Revealed) { Outputs = old.Outputs.Revealed }, cancellationToken);
        return read is null ? Gone(resources, old) : resources;
    }

    // What depends on the record stays valid: it now stands for a resource that is to be created anew, or dropped if nobody asks for it.
    private static ImmutableArray<ResourceState> Gone(ImmutableArray<ResourceState> resources, ResourceState old) =>
        old.Delete ? resources.Remove(old) : resources.Replace(old, old with { PendingReplacement = true });

    private IProvider? Provider(ImmutableArray<ResourceState> resources, ResourceState state)
    {
        if (!ProviderReference.TryParse(state.Provider, out var reference))
        {
            return null;
        }

        return providers.Find(reference)
            ?? (resources.FirstOrDefault(resource => resource.Urn == reference.Urn && resource.Id == reference.Id) is { } found
                ? providers.Configure(reference, found.Inputs)
                : null);
    }
}
