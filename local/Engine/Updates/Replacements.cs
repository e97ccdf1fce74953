using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>Puts a new resource in the place of an old one, before or after that is deleted.</summary>
internal sealed class Replacements(Journal journal, Registrations registrations, ProviderSelection providers, Operations operations, UpdateControl control) : IDisposable
{
    private readonly SemaphoreSlim _deletingFirst = new(1);
    private readonly Dependents _dependents = new(journal.Left);

    public void Dispose() => _deletingFirst.Dispose();

    /// <summary>Replaces a resource.</summary>
    /// <param name="provider">Makes the new one.</param>
    /// <param name="old">What stands, or a record of it that waits for its replacement.</param>
    /// <param name="desired">What shall stand.</param>
    /// <param name="deleteFirst">Whether the old one, and all that has to be replaced with it, goes before the new one comes.</param>
    /// <param name="changes">What asks for it.</param>
    /// <param name="cause">What asks for it besides the changes, if anything does.</param>
    /// <exception cref="EngineException">It, or something that would have to go with it, is protected.</exception>
    public async Task<ResourceState> ReplaceAsync(IProvider provider, ResourceState old, ResourceState desired, bool deleteFirst, IReadOnlyList<PropertyChange> changes, string? cause)
    {
        var fresh = desired with { Id = null, Outputs = PropertyMap.Empty, Extra = null };
        if (old.PendingReplacement)
        {
            return await operations.CreateAsync(provider, fresh, old, deleteReplacedLater: false, changes, cause);
        }

        if (old.Protect && desired.Protect)
        {
            throw new EngineException($"'{old.Urn.Name}' ({old.Type}) has to be replaced ({Reason(changes, cause)}), but is protected. Remove 'Protect' from it in the program first.");
        }

        if (journal.FindDone(old.Urn) is not null)
        {
            throw new EngineException(
                $"'{old.Urn.Name}' ({old.Type}) has to be replaced ({Reason(changes, cause)}), but something that is no target, and stands before it in the program, needs it as it is. Make what depends on it a target too.");
        }

        if (!deleteFirst)
        {
            return await operations.CreateAsync(provider, fresh, old, deleteReplacedLater: true, changes, cause);
        }

        var waiting = _dependents.Of(old.Urn).Any(resource => resource.Custom)
            ? await DeleteWithDependentsAsync(old)
            : await operations.DeleteBeforeReplaceAsync(providers.Of(old)!, old, goesAlong: false);
        return await operations.CreateAsync(provider, fresh, waiting, deleteReplacedLater: false, changes, cause);
    }

    private async Task<ResourceState> DeleteWithDependentsAsync(ResourceState old)
    {
        // Two replacements may want the same dependents gone; one after the other, the second finds them gone.
        await _deletingFirst.WaitAsync(control.Stopping);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            var dependents = await DependentsToReplaceAsync(old, done.Task);
            var going = dependents.Select(dependent => dependent.Urn).Append(old.Urn).ToHashSet();
            foreach (var dependent in dependents.Reverse())
            {
                await operations.DeleteBeforeReplaceAsync(providers.Of(dependent)!, dependent, GoesAlong(dependent, going));
            }

            return await operations.DeleteBeforeReplaceAsync(providers.Of(old)!, old, goesAlong: false);
        }
        finally
        {
            done.SetResult();
            _deletingFirst.Release();
        }
    }

    /// <summary>What has to go before the given resource can: everything whose own replacement follows from its replacement. Dependencies first.</summary>
    private async Task<IReadOnlyList<ResourceState>> DependentsToReplaceAsync(ResourceState root, Task going)
    {
        var replaced = new HashSet<Urn> { root.Urn };
        var dependents = new List<ResourceState>();
        foreach (var resource in _dependents.Of(root.Urn)
            .Select(resource => registrations.FindOld(resource.Urn))
            .OfType<ResourceState>()
            .Where(resource => resource is { Custom: true, External: false, PendingReplacement: false } && journal.FindDone(resource.Urn) is null))
        {
            if (!await FollowsAsync(resource, replaced) || !registrations.Condemn(resource, going))
            {
                continue;
            }

            if (resource.Protect)
            {
                throw new EngineException($"'{resource.Urn.Name}' ({resource.Type}) has to be replaced together with '{root.Urn.Name}', but is protected. Remove 'Protect' from it in the program first.");
            }

            replaced.Add(resource.Urn);
            dependents.Add(resource);
        }

        return dependents;
    }

    private async Task<bool> FollowsAsync(ResourceState resource, HashSet<Urn> replaced)
    {
        if ((ProviderReference.TryParse(resource.Provider, out var reference) && replaced.Contains(reference.Urn))
            || (resource.DeletedWith is { } owner && replaced.Contains(owner))
            || resource.ReplaceWith.Any(replaced.Contains))
        {
            return true;
        }

        var inputs = resource.PropertyDependencies
            .Where(dependency => dependency.Value.Any(replaced.Contains) && resource.Inputs.ContainsKey(dependency.Key))
            .Aggregate(resource.Inputs, (map, dependency) => map.With(dependency.Key, PropertyValue.Unknown));
        if (ReferenceEquals(inputs, resource.Inputs) || providers.Of(resource) is not { } provider)
        {
            return false;
        }

        var diff = await control.CallAsync(cancellationToken => provider.DiffAsync(
            new DiffRequest(resource.Urn, resource.Id ?? "", resource.Inputs.Revealed, resource.Outputs.Revealed, inputs.Revealed),
            cancellationToken));
        return diff.ReplacePaths.Count > 0;
    }

    /// <summary>Whether a resource goes with what it belongs to. After an update that was cut off nobody knows what it belongs to: it is deleted by itself.</summary>
    public static bool GoesAlong(ResourceState resource, IReadOnlySet<Urn> going) => resource is { DeletedWith: { } owner, InitErrors.IsEmpty: true } && going.Contains(owner);

    private static string Reason(IReadOnlyList<PropertyChange> changes, string? cause) =>
        changes.Where(change => change.ForcesReplacement).Select(change => change.Path).ToArray() is { Length: > 0 } paths
            ? $"changed: {string.Join(", ", paths)}"
            : cause ?? "it has to be made anew";
}
