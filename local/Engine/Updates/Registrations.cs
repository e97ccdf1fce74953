using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>Which resources the program has registered so far, and which of the previous state they are.</summary>
internal sealed class Registrations(string project, string stack, Journal journal)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Urn, ResourceState> _olds = journal.Left.Where(resource => !resource.Delete).ToDictionary(resource => resource.Urn);
    private readonly Dictionary<ProviderReference, ResourceState> _oldProviders = journal.Left
        .Where(resource => resource.Id is not null && ProviderReference.IsProviderType(resource.Type))
        .DistinctBy(resource => new ProviderReference(resource.Urn, resource.Id!))
        .ToDictionary(resource => new ProviderReference(resource.Urn, resource.Id!));

    private readonly HashSet<Urn> _registered = [];

    // Both ways: a resource's new name to its old one, and back.
    private readonly Dictionary<Urn, Urn> _renamed = [];
    private readonly Dictionary<Urn, Urn> _aliased = [];

    // Old resources that go because something that they need is deleted before it is replaced; the tasks end when that is done.
    private readonly Dictionary<Urn, Task> _condemned = [];
    private readonly HashSet<Urn> _replaced = [];

    // Left out by the choice of targets, without a record in the state.
    private readonly HashSet<Urn> _skipped = [];

    // Failed, or left out because something that they need had failed.
    private readonly HashSet<Urn> _failed = [];
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

    /// <summary>The names, old and new, of what failed: it stays in the state as it is.</summary>
    public IReadOnlySet<Urn> Failed
    {
        get
        {
            lock (_lock)
            {
                return _failed.Concat(_failed.Where(_renamed.ContainsKey).Select(urn => _renamed[urn])).ToHashSet();
            }
        }
    }

    /// <summary>The name that a resource has among all.</summary>
    public Urn UrnOf(Goal goal) => Urn.Create(stack, project, ParentOf(goal), goal.Type, goal.Name);

    /// <summary>Takes a resource in: its name, its parent, and what the previous state holds under this name or an alias.</summary>
    /// <exception cref="EngineException">Its parent or a dependency is not registered, or its name is taken.</exception>
    public Entry Enter(Goal goal)
    {
        var parent = ParentOf(goal);
        var urn = UrnOf(goal);
        lock (_lock)
        {
            var needsFailed = false;
            if (parent is { } p)
            {
                needsFailed |= IsMissing(p) ?? throw new EngineException($"The parent of '{goal.Name}' ({goal.Type}) is {p}, which this update has not registered. Register the parent first.");
            }

            foreach (var dependency in goal.AllDependencies)
            {
                needsFailed |= IsMissing(dependency) ?? throw new EngineException($"'{goal.Name}' ({goal.Type}) depends on {dependency}, which this update has not registered.");
            }

            if (goal.Provider is { } provider && _failed.Contains(provider.Urn))
            {
                needsFailed = true;
            }

            if (_aliased.TryGetValue(urn, out var heir))
            {
                throw new EngineException($"'{goal.Name}' ({goal.Type}) has the name {urn}, which {heir} has taken over as an alias or by an import. Remove that there, or give one of the two another name.");
            }

            if (!_registered.Add(urn))
            {
                throw new EngineException($"Two resources of type {goal.Type} are named '{goal.Name}' below the same parent ({urn}). Give one of them another name.");
            }

            if (goal.Type == Urn.StackType)
            {
                _stackUrn = urn;
            }

            return new Entry(urn, parent, FindOld(goal, urn, parent), needsFailed);
        }
    }

    /// <summary>Gives the record of an object to the resource that imports it, as an alias would do: an object has one record, whatever its name.</summary>
    /// <param name="imported">The resource, with the object's id.</param>
    /// <returns>The record; null where the previous state has none, or where it goes with what it needs.</returns>
    /// <exception cref="EngineException">The program has registered it by its own name.</exception>
    public ResourceState? TakeOver(ResourceState imported)
    {
        lock (_lock)
        {
            var former = _olds.Values.FirstOrDefault(old =>
                old is { External: false, PendingReplacement: false } && old.Urn != imported.Urn && ObjectKey.Of(old) == ObjectKey.Of(imported) && !_condemned.ContainsKey(old.Urn));
            if (former is null)
            {
                return null;
            }

            if (_registered.Contains(former.Urn) || _aliased.ContainsKey(former.Urn))
            {
                throw new EngineException($"{imported.Urn} is to import '{imported.Id}', which {_aliased.GetValueOrDefault(former.Urn, former.Urn)} manages already. Remove one of the two.");
            }

            _renamed.TryAdd(imported.Urn, former.Urn);
            _aliased[former.Urn] = imported.Urn;
            return former;
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
            return !_registered.Contains(resource.Urn) && !_aliased.ContainsKey(resource.Urn) && _condemned.TryAdd(resource.Urn, going);
        }
    }

    /// <summary>What the previous state holds under a name, as it is now that replacements may have taken it along.</summary>
    public ResourceState? FindOld(Urn urn)
    {
        lock (_lock)
        {
            if (!_condemned.ContainsKey(urn))
            {
                return _olds.GetValueOrDefault(urn);
            }
        }

        return journal.Left.FirstOrDefault(resource => resource.Urn == urn && !resource.Delete);
    }

    /// <summary>A provider as it was when the update began.</summary>
    public ResourceState? FindOld(ProviderReference provider) => _oldProviders.GetValueOrDefault(provider);

    public bool IsRegistered(string urn)
    {
        lock (_lock)
        {
            return _registered.Contains(new Urn(urn)) || _olds.ContainsKey(new Urn(urn));
        }
    }

    /// <summary>The name that a resource of the previous state has now; the same where it was not renamed.</summary>
    public Urn NameNow(Urn old)
    {
        lock (_lock)
        {
            return _aliased.GetValueOrDefault(old, old);
        }
    }

    /// <summary>A resource that was found under an alias stays under it.</summary>
    public void KeepOldName(Entry entry)
    {
        lock (_lock)
        {
            if (_renamed.Remove(entry.Urn, out var old))
            {
                _aliased.Remove(old);
                _registered.Add(old);
            }
        }
    }

    public void MarkReplaced(Urn urn)
    {
        lock (_lock)
        {
            _replaced.Add(urn);
        }
    }

    public bool IsReplaced(Urn urn)
    {
        lock (_lock)
        {
            return _replaced.Contains(urn);
        }
    }

    public void MarkSkipped(Urn urn)
    {
        lock (_lock)
        {
            _skipped.Add(urn);
        }
    }

    public bool IsSkipped(Urn urn)
    {
        lock (_lock)
        {
            return _skipped.Contains(urn);
        }
    }

    public void MarkFailed(Urn urn)
    {
        lock (_lock)
        {
            _failed.Add(urn);
        }
    }

    private static bool IsDefaultProvider(Goal goal) =>
        ProviderReference.IsProviderType(goal.Type) && (goal.Name == "default" || goal.Name.StartsWith("default_", StringComparison.Ordinal)) && goal.Parent is null;

    private Urn? ParentOf(Goal goal)
    {
        lock (_lock)
        {
            return goal.Parent ?? (goal.Type == Urn.StackType || IsDefaultProvider(goal) ? null : _stackUrn);
        }
    }

    // Null: unknown; false: there, or left out on purpose; true: failed, perhaps after it had come to be in part.
    private bool? IsMissing(Urn urn) => _failed.Contains(urn) ? true : journal.FindDone(urn) is not null || _skipped.Contains(urn) ? false : null;

    private ResourceState? FindOld(Goal goal, Urn urn, Urn? parent)
    {
        if (_olds.TryGetValue(urn, out var same))
        {
            return same;
        }

        foreach (var alias in Aliases.Of(goal, urn, parent, _renamed))
        {
            if (!_olds.TryGetValue(alias, out var old))
            {
                continue;
            }

            if (_aliased.TryGetValue(alias, out var heir) || _registered.Contains(alias))
            {
                throw new EngineException($"{alias} is an alias of {urn}, but {(heir == default ? "the program declares a resource of that name" : $"{heir} has taken it over already")}. A resource can become one other only: remove one of the aliases.");
            }

            _renamed[urn] = alias;
            _aliased[alias] = urn;
            return old;
        }

        return null;
    }
}

/// <summary>A resource that the program registers.</summary>
/// <param name="Urn">Its name.</param>
/// <param name="Parent">What it belongs to.</param>
/// <param name="Old">What the previous state holds of it.</param>
/// <param name="NeedsFailed">Something that it needs has failed.</param>
internal sealed record Entry(Urn Urn, Urn? Parent, ResourceState? Old, bool NeedsFailed);
