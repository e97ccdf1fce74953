using System.Collections.Immutable;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>The end of an update: what the program no longer declares goes, and so do the old halves of replacements.</summary>
internal sealed class Deletions(Journal journal, ProviderSelection providers, Operations operations, UpdateControl control, EventStream events, Targets targets)
{
    /// <summary>Deletes what is left of the previous state.</summary>
    /// <param name="failed">Names of what failed in an update that goes on: it stays, and so does what it needs.</param>
    public async Task RunAsync(IReadOnlySet<Urn> failed)
    {
        var condemned = Condemned(failed);
        if (condemned.IsEmpty)
        {
            return;
        }

        if (!AreUnprotected(condemned))
        {
            control.Abort();
            return;
        }

        // Whether a living resource was part of an old half that goes, nobody can tell: it is deleted by itself.
        var going = condemned.Where(resource => !resource.Delete).Select(resource => resource.Urn).ToHashSet();
        var goingOrReplaced = condemned.Select(resource => resource.Urn).ToHashSet();
        var imported = journal.Current.Resources.Where(IsImported).Select(ObjectKey.Of).ToHashSet();
        await DeleteOrder.RunAsync(condemned, resource => DeleteAsync(resource, resource.Delete ? goingOrReplaced : going, imported));
    }

    private ImmutableArray<ResourceState> Condemned(IReadOnlySet<Urn> failed)
    {
        try
        {
            return targets.Deletable(journal.Current.Resources, Spare(journal.Left, failed));
        }
        catch (EngineException e)
        {
            events.Error(e.Message);
            control.Abort();
            return [];
        }
    }

    private static ImmutableArray<ResourceState> Spare(ImmutableArray<ResourceState> left, IReadOnlySet<Urn> failed)
    {
        if (failed.Count == 0)
        {
            return left;
        }

        var spared = failed.ToHashSet();
        Targets.Spare(left, spared);
        return [.. left.Where(resource => !spared.Contains(resource.Urn))];
    }

    private bool AreUnprotected(ImmutableArray<ResourceState> resources)
    {
        var @protected = resources.Where(resource => resource is { Protect: true, Delete: false }).ToArray();
        foreach (var resource in @protected)
        {
            events.Error($"'{resource.Urn.Name}' ({resource.Type}) is protected and cannot be deleted. Remove 'Protect' from it in the program and run 'up' first.", resource.Urn);
        }

        return @protected.Length == 0;
    }

    // A replacement under a fixed name that was taken back: the old half is the very object that the program has now.
    private bool IsAliveAgain(ResourceState resource) =>
        resource is { Delete: true, Id: not null } && journal.FindDone(resource.Urn) is { } living && living.Id == resource.Id && living.Provider == resource.Provider;

    // The program took an object of this stack over under another name: it is the one that the old record tells of.
    private bool IsImported(ResourceState resource) =>
        resource is { External: false, ImportId: { } id } && resource.Id == id && ReferenceEquals(journal.FindDone(resource.Urn), resource);

    private async Task<bool> DeleteAsync(ResourceState resource, HashSet<Urn> going, HashSet<ObjectKey> imported)
    {
        try
        {
            return await control.WorkAsync(resource.Urn, async () =>
            {
                // A record without a real resource of its own behind it: read only, deleted already for a replacement that never came, or another's now.
                if (resource.External || resource is { PendingReplacement: true, Delete: false } || IsAliveAgain(resource) || imported.Contains(ObjectKey.Of(resource)))
                {
                    await journal.RemoveAsync(operation: null, resource);
                    return true;
                }

                return await operations.DeleteAsync(providers.Of(resource), resource, Replacements.GoesAlong(resource, going));
            });
        }
        catch (UpdateStoppedException)
        {
            return false;
        }
    }
}
