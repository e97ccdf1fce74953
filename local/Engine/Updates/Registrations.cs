using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>Which resources the program has registered so far, and which of the previous state they are.</summary>
internal sealed class Registrations(string project, string stack, Journal journal)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Urn, ResourceState> _olds = journal.Left.Where(resource => !resource.Delete).ToDictionary(resource => resource.Urn);
    private readonly HashSet<Urn> _registered = [];
    private readonly Dictionary<Urn, Urn> _renamed = [];

    // Old resources that go because something that they need is deleted before it is replaced; the tasks end when that is done.
    private readonly Dictionary<Urn, Task> _condemned = [];
    private Urn? _stackUrn;

    /// <summary>Whether the program declared its stack, that is got as far as to run at all.</summary>
    public bool HasStack
    {
        get
        {
            lock (_lock)
            {
                return _stackUrn is not null;
            }
        }
    }

    /// <summary>The name that a resource has among all.</summary>
    public Urn UrnOf(Goal goal) => Urn.Create(stack, project, ParentOf(goal), goal.Type, goal.Name);

    private Urn? ParentOf(Goal goal)
    {
        lock (_lock)
        {
            return goal.Parent ?? (goal.Type == Urn.StackType || IsDefaultProvider(goal) ? null : _stackUrn);
        }
    }

    private static bool IsDefaultProvider(Goal goal) =>
        ProviderReference.IsProviderType(goal.Type) && (goal.Name == "default" || goal.Name.StartsWith("default_", StringComparison.Ordinal)) && goal.Parent is null;

    /// <summary>Takes a resource in: its name, its parent, and what the previous state holds under this name or an alias.</summary>
    /// <exception cref="EngineException">Its parent or a dependency is not registered, or its name is taken.</exception>
    public (Urn Urn, Urn? Parent, ResourceState? Old) Enter(Goal goal)
    {
        var parent = ParentOf(goal);
        var urn = UrnOf(goal);
        lock (_lock)
        {
            if (parent is { } p && journal.FindDone(p) is null)
            {
                throw new EngineException($"The parent of '{goal.Name}' ({goal.Type}) is {p}, which this update has not registered. Register the parent first.");
            }

            foreach (var dependency in goal.Dependencies.Concat(goal.PropertyDependencies.SelectMany(dependency => dependency.Value)))
            {
                if (journal.FindDone(dependency) is null)
                {
                    throw new EngineException($"'{goal.Name}' ({goal.Type}) depends on {dependency}, which this update has not registered.");
                }
            }

            if (!_registered.Add(urn))
            {
                throw new EngineException($"Two resources of type {goal.Type} are named '{goal.Name}' below the same parent ({urn}). Give one of them another name.");
            }

            if (goal.Type == Urn.StackType)
            {
                _stackUrn = urn;
            }

            var old = Aliases.Of(goal, urn, parent, _renamed).Prepend(urn)
                .Where(name => name == urn || !_registered.Contains(name))
                .Select(name => _olds.GetValueOrDefault(name))
                .FirstOrDefault(found => found is not null);
            if (old is not null && old.Urn != urn)
            {
                _renamed[urn] = old.Urn;
                _registered.Add(old.Urn);
            }

            return (urn, parent, old);
        }
    }

    /// <summary>The record to go on from: newer than the previous state's where another resource's replacement took this one along.</summary>
    public async Task<ResourceState?> LatestAsync(ResourceState? old, CancellationToken cancellationToken)
    {
        if (old is null)
        {
            return null;
        }

        Task? going;
        lock (_lock)
        {
            _condemned.TryGetValue(old.Urn, out going);
        }

        if (going is null)
        {
            return old;
        }

        await going.WaitAsync(cancellationToken);
        return journal.Left.First(resource => resource.Urn == old.Urn && !resource.Delete);
    }

    /// <summary>Whether the old resource can be taken along: not once the program registered it, for then it needs the root no more.</summary>
    /// <param name="resource">The old resource.</param>
    /// <param name="going">Ends when it is gone.</param>
    public bool Condemn(ResourceState resource, Task going)
    {
        lock (_lock)
        {
            return !_registered.Contains(resource.Urn) && _condemned.TryAdd(resource.Urn, going);
        }
    }
}
