using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>Leaves resources as they are that the update is not about.</summary>
internal sealed class Untargeted(Journal journal, Registrations registrations, Operations operations)
{
    private readonly Lock _one = new();

    /// <summary>Leaves one resource out: what is in the state stays there, what is not is not made.</summary>
    /// <exception cref="EngineException">Its provider, or what it is deleted with, is replaced or gone, so that it cannot stay as it is.</exception>
    public async Task<Registered> LeaveAsync(Goal goal, Entry entry)
    {
        if (entry.Old is not { } old)
        {
            registrations.MarkSkipped(entry.Urn);
            return new Registered(new ResourceState { Urn = entry.Urn, Custom = goal.Custom }, IsUnknown: true);
        }

        registrations.KeepOldName(entry);
        if (old is { PendingReplacement: false, DeletedWith: { } owner } && registrations.IsReplaced(registrations.NameNow(owner)))
        {
            throw new EngineException(
                $"'{old.Urn.Name}' ({old.Type}) is not among the targets, but is deleted with '{owner.Name}', which this update replaces. Make it a target too.");
        }

        ResourceState kept;
        lock (_one)
        {
            kept = WithDependencies(old);
        }

        return new Registered(await operations.KeepAsync(old, kept));
    }

    // What the old record refers to may come later in the program, or not at all: it must stand before it nevertheless.
    private ResourceState WithDependencies(ResourceState old)
    {
        foreach (var dependency in old.AllDependencies)
        {
            if (journal.FindDone(registrations.NameNow(dependency)) is null && registrations.FindOld(dependency) is { } needed)
            {
                journal.Keep(needed, WithDependencies(needed));
            }
        }

        var kept = Renaming.Apply(old, registrations.NameNow);
        if (ProviderReference.TryParse(kept.Provider, out var provider) && journal.FindDone(provider.Urn)?.Id != provider.Id)
        {
            throw new EngineException(
                $"'{old.Urn.Name}' ({old.Type}) is not among the targets, but its provider '{provider.Urn.Name}' is replaced by this update, so that it cannot stay as it is. Make it a target too.");
        }

        return kept;
    }
}
