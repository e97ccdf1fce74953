using System.Collections.Immutable;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>The end of an update: what the program no longer declares goes, and so do the old halves of replacements.</summary>
internal sealed class Deletions(Journal journal, ProviderSelection providers, Operations operations, UpdateControl control, EventStream events)
{
    public async Task RunAsync()
    {
        var left = journal.Left;
        if (!AreUnprotected(left))
        {
            control.Fail();
            return;
        }

        await DeleteOrder.RunAsync(left, DeleteAsync);
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

    private async Task<bool> DeleteAsync(ResourceState resource)
    {
        try
        {
            return await control.WorkAsync(resource.Urn, async () =>
            {
                // A record without a real resource of ours behind it: read only, or deleted already for a replacement that never came.
                if (resource.External || resource is { PendingReplacement: true, Delete: false })
                {
                    await journal.RemoveAsync(operation: null, resource);
                    return true;
                }

                return await operations.DeleteAsync(providers.Of(resource), resource);
            });
        }
        catch (UpdateStoppedException)
        {
            return false;
        }
    }
}
