using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>Leaves resources as they are that the update is not about.</summary>
internal sealed class Untargeted(Journal journal, Registrations registrations, Operations operations)
{
    private readonly Lock _one = new();

    /// <summary>Leaves one resource out: what is in the state stays there, what is not is not made.</summary>
    public async Task<Registered> LeaveAsync(Goal goal, Entry entry)
    {
        if (entry.Old is not { } old)
        {
            registrations.MarkSkipped(entry.Urn);
            return new Registered(new ResourceState { Urn = entry.Urn, Custom = goal.Custom }, IsUnknown: true);
        }

        lock (_one)
        {
            KeepWithDependencies(old);
        }

        return new Registered(await operations.KeepAsync(old, old));
    }

    // What the old record refers to may come later in the program, or not at all: it must stand before it nevertheless.
    private void KeepWithDependencies(ResourceState old)
    {
        foreach (var dependency in old.AllDependencies)
        {
            if (journal.FindDone(dependency) is null && journal.FindDone(registrations.NameNow(dependency)) is null && registrations.FindOld(dependency) is { } needed)
            {
                KeepWithDependencies(needed);
                journal.Keep(needed, needed);
            }
        }
    }
}
