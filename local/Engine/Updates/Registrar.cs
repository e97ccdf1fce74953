using System.Collections.Concurrent;
using System.Collections.Immutable;
using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers;
using Scalelab.Engine.Secrets;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>
/// Answers the program's registrations: finds the resource in the previous state, has the provider compare, and decides between same,
/// create, update and replace. Registrations run concurrently; the program orders them by awaiting what they depend on.
/// </summary>
internal sealed class Registrar(string project, string stack, Journal journal, ProviderRegistry providers, Operations operations, UpdateControl control, EventStream events, SecretMask mask) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Urn, ResourceState> _olds = journal.Left.Where(resource => !resource.Delete).ToDictionary(resource => resource.Urn);
    private readonly HashSet<Urn> _registered = [];
    private readonly Dictionary<Urn, Urn> _renamed = [];
    private readonly ConcurrentDictionary<string, Lazy<Task<ProviderReference>>> _defaultProviders = [];
    private readonly SemaphoreSlim _deletingBeforeReplace = new(1);

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

    /// <summary>Makes a resource what the program wants it to be.</summary>
    /// <exception cref="UpdateStoppedException">That failed, or something else had; it has been reported.</exception>
    public Task<ResourceState> RegisterAsync(Func<Goal> read) => control.WorkAsync(urn: null, () => RegisterAsync(read()));

    /// <inheritdoc cref="RegisterAsync(Func{Goal})"/>
    public Task<ResourceState> RegisterAsync(Goal goal) => control.WorkAsync(UrnOf(goal), async () =>
    {
        mask.Add(goal.Inputs);
        var (urn, parent, old) = Enter(goal);
        old = await LatestAsync(old);
        var (provider, reference) = await ProviderAsync(goal);
        return old is null or { External: true } || !goal.Custom
            ? await RegisterNewOrComponentAsync(goal, urn, parent, old, provider, reference)
            : await RegisterKnownAsync(goal, urn, parent, old, provider!, reference);
    });

    /// <summary>Looks a resource up that somebody else manages.</summary>
    /// <inheritdoc cref="RegisterAsync(Func{Goal})"/>
    public Task<ResourceState> ReadAsync(Func<Goal> read, string id) => control.WorkAsync(urn: null, () => ReadAsync(read(), id));

    /// <inheritdoc cref="RegisterAsync(Func{Goal})"/>
    public Task<ResourceState> ReadAsync(Goal goal, string id) => control.WorkAsync(UrnOf(goal), async () =>
    {
        mask.Add(goal.Inputs);
        var (urn, parent, old) = Enter(goal);
        if (old is { External: false })
        {
            throw new EngineException($"'{goal.Name}' ({goal.Type}) is managed by this stack and cannot be read under the same name. Give the Get another name.");
        }

        var (provider, reference) = await ProviderAsync(goal);
        var desired = Desired(goal, urn, parent, old, goal.Inputs, reference) with { External = true, Id = id };
        return await operations.ReadAsync(provider!, old, desired);
    });

    public Task<bool> RegisterOutputsAsync(Urn urn, PropertyMap outputs) => control.WorkAsync(urn, () =>
    {
        mask.Add(outputs);
        if (journal.FindDone(urn) is not { Custom: false })
        {
            throw new EngineException($"Outputs were registered for {urn}, which is not a component of this update.");
        }

        journal.SetOutputs(urn, outputs);
        return Task.FromResult(true);
    });

    public Task<InvokeResult> InvokeAsync(string token, Func<ProviderReference?> reference, string version, PropertyMap arguments) => control.WorkAsync(urn: null, async () =>
    {
        mask.Add(arguments);
        var (provider, _) = await ProviderAsync(ProviderReference.PackageOf(token), reference(), version, $"The function {token}");
        return await control.CallAsync(cancellationToken => provider.InvokeAsync(token, arguments.Revealed, cancellationToken));
    });

    /// <summary>The provider that made an old resource; null for components.</summary>
    public IProvider? ProviderOf(ResourceState old)
    {
        if (!old.Custom || !ProviderReference.TryParse(old.Provider, out var reference))
        {
            return ProviderReference.IsProviderType(old.Type) ? providers : null;
        }

        return Find(reference) ?? throw new EngineException($"The state of {old.Urn} names the provider {reference}, which the state does not hold. The state was edited wrongly; put the provider's record back.");
    }

    public void Dispose() => _deletingBeforeReplace.Dispose();

    private Urn UrnOf(Goal goal) => Urn.Create(stack, project, ParentOf(goal), goal.Type, goal.Name);

    private Urn? ParentOf(Goal goal)
    {
        lock (_lock)
        {
            return goal.Parent ?? (goal.Type == Urn.StackType || IsDefaultProvider(goal) ? null : _stackUrn);
        }
    }

    private static bool IsDefaultProvider(Goal goal) =>
        ProviderReference.IsProviderType(goal.Type) && (goal.Name == "default" || goal.Name.StartsWith("default_", StringComparison.Ordinal)) && goal.Parent is null;

    private (Urn Urn, Urn? Parent, ResourceState? Old) Enter(Goal goal)
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

    // The journal's record is newer than the previous state's where another resource's replacement took this one along.
    private async Task<ResourceState?> LatestAsync(ResourceState? old)
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

        await going.WaitAsync(control.Stopping);
        return journal.Left.First(resource => resource.Urn == old.Urn && !resource.Delete);
    }

    /// <summary>Whether the old resource can be taken along: not once the program registered it, for then it needs the root no more.</summary>
    private bool Condemn(ResourceState resource, Task going)
    {
        lock (_lock)
        {
            return !_registered.Contains(resource.Urn) && _condemned.TryAdd(resource.Urn, going);
        }
    }

    private async Task<ResourceState> RegisterNewOrComponentAsync(Goal goal, Urn urn, Urn? parent, ResourceState? old, IProvider? provider, ProviderReference? reference)
    {
        if (provider is not null)
        {
            var inputs = await CheckAsync(provider, goal, urn, goal.Inputs, oldInputs: null);
            return await operations.CreateAsync(provider, Desired(goal, urn, parent, old: null, inputs, reference), old, deleteReplacedLater: false, []);
        }

        var desired = Desired(goal, urn, parent, old, goal.Inputs, reference);
        var changes = old is null ? [] : Changes(old.Inputs, goal.Inputs, []);
        return (old, changes) switch
        {
            (null, _) => await operations.CreateAsync(provider: null, desired, replaced: null, deleteReplacedLater: false, []),
            (_, []) => await operations.KeepAsync(old, desired),
            _ => await operations.UpdateAsync(provider: null, old, desired, [], changes),
        };
    }

    private async Task<ResourceState> RegisterKnownAsync(Goal goal, Urn urn, Urn? parent, ResourceState old, IProvider provider, ProviderReference? reference)
    {
        var wanted = goal.IgnoreChanges.Aggregate(goal.Inputs, (inputs, path) => (PropertyMap)path.Overwrite(inputs, old.Inputs));
        var checkedInputs = await CheckAsync(provider, goal, urn, wanted, old.PendingReplacement ? null : old.Inputs);
        var desired = Desired(goal, urn, parent, old, checkedInputs, reference);
        var diff = await control.CallAsync(cancellationToken => provider.DiffAsync(
            new DiffRequest(urn, old.Id ?? "", old.Inputs.Revealed, old.Outputs.Revealed, checkedInputs.Revealed),
            cancellationToken));
        ImmutableArray<PropertyPath> replacing = [.. diff.ReplacePaths, .. ReplaceOnChanges(goal, old.Inputs, checkedInputs)];
        var otherProvider = old.Provider != reference?.ToString();
        if (!replacing.IsEmpty || otherProvider || old.PendingReplacement || old.Taint)
        {
            var inputs = await CheckAsync(provider, goal, urn, wanted, oldInputs: null);
            var deleteFirst = goal.DeleteBeforeReplace ?? diff.DeleteBeforeReplace;
            return await ReplaceAsync(provider, old, desired with { Inputs = inputs }, deleteFirst, Changes(old.Inputs, inputs, replacing));
        }

        if (diff.HasChanges || !old.InitErrors.IsEmpty)
        {
            return await operations.UpdateAsync(provider, old, desired, goal.IgnoreChanges, Changes(old.Inputs, checkedInputs, []));
        }

        if (ProviderReference.IsProviderType(goal.Type) && providers.Find(new ProviderReference(urn, old.Id!)) is null)
        {
            providers.Configure(new ProviderReference(urn, old.Id!), checkedInputs);
        }

        return await operations.KeepAsync(old, desired);
    }

    private async Task<ResourceState> ReplaceAsync(IProvider provider, ResourceState old, ResourceState desired, bool deleteFirst, IReadOnlyList<PropertyChange> changes)
    {
        var fresh = desired with { Id = null, Outputs = PropertyMap.Empty, Extra = null };
        if (old.PendingReplacement)
        {
            return await operations.CreateAsync(provider, fresh, old, deleteReplacedLater: false, changes);
        }

        if (old.Protect && desired.Protect)
        {
            throw new EngineException($"'{old.Urn.Name}' ({old.Type}) has to be replaced ({Reason(changes)}), but is protected. Remove 'Protect' from it in the program first.");
        }

        if (!deleteFirst)
        {
            return await operations.CreateAsync(provider, fresh, old, deleteReplacedLater: true, changes);
        }

        // Two replacements may want the same dependents gone; one after the other, the second finds them gone.
        await _deletingBeforeReplace.WaitAsync(control.Stopping);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ResourceState waiting;
        try
        {
            foreach (var dependent in (await DependentsToReplaceAsync(old, done.Task)).Reverse())
            {
                await operations.DeleteBeforeReplaceAsync(ProviderOf(dependent)!, dependent);
            }

            waiting = await operations.DeleteBeforeReplaceAsync(ProviderOf(old)!, old);
        }
        finally
        {
            done.SetResult();
            _deletingBeforeReplace.Release();
        }

        return await operations.CreateAsync(provider, fresh, waiting, deleteReplacedLater: false, changes);
    }

    /// <summary>What has to go before the given resource can: everything whose own replacement follows from its replacement. Dependencies first.</summary>
    private async Task<IEnumerable<ResourceState>> DependentsToReplaceAsync(ResourceState root, Task going)
    {
        var replaced = new HashSet<Urn> { root.Urn };
        var dependents = new List<ResourceState>();
        foreach (var resource in journal.Left.Where(resource => resource is { Custom: true, Delete: false, External: false, PendingReplacement: false } && resource.Urn != root.Urn))
        {
            if (!await FollowsAsync(resource, replaced) || !Condemn(resource, going))
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
        if (ProviderReference.TryParse(resource.Provider, out var reference) && replaced.Contains(reference.Urn))
        {
            return true;
        }

        var inputs = resource.PropertyDependencies
            .Where(dependency => dependency.Value.Any(replaced.Contains) && resource.Inputs.ContainsKey(dependency.Key))
            .Aggregate(resource.Inputs, (map, dependency) => map.With(dependency.Key, PropertyValue.Unknown));
        if (ReferenceEquals(inputs, resource.Inputs) || ProviderOf(resource) is not { } provider)
        {
            return false;
        }

        var diff = await control.CallAsync(cancellationToken => provider.DiffAsync(
            new DiffRequest(resource.Urn, resource.Id ?? "", resource.Inputs.Revealed, resource.Outputs.Revealed, inputs.Revealed),
            cancellationToken));
        return diff.ReplacePaths.Count > 0;
    }

    private static string Reason(IReadOnlyList<PropertyChange> changes) =>
        changes.Where(change => change.ForcesReplacement).Select(change => change.Path).ToArray() is { Length: > 0 } paths
            ? $"changed: {string.Join(", ", paths)}"
            : "it belongs to another provider now, or was marked for replacement";

    private static PropertyPath[] ReplaceOnChanges(Goal goal, PropertyMap old, PropertyMap @new) => goal.ReplaceOnChanges.IsEmpty
        ? []
        : [.. PropertyDiff.Compare(old, @new).Select(difference => difference.Path).Where(path => goal.ReplaceOnChanges.Any(pattern => pattern.Touches(path)))];

    private static PropertyChange[] Changes(PropertyMap old, PropertyMap @new, ImmutableArray<PropertyPath> replacing) =>
        [.. PropertyDiff.Compare(old, @new).Select(difference => PropertyDiff.Describe(difference, replacing.Any(path => path.Touches(difference.Path))))];

    private static ResourceState Desired(Goal goal, Urn urn, Urn? parent, ResourceState? old, PropertyMap inputs, ProviderReference? provider) => new()
    {
        Urn = urn,
        Custom = goal.Custom,
        Id = old?.Id,
        Inputs = inputs,
        Outputs = old?.Outputs ?? PropertyMap.Empty,
        Parent = parent,
        Protect = goal.Protect,
        Dependencies = goal.Dependencies,
        Provider = provider?.ToString(),
        PropertyDependencies = goal.PropertyDependencies,
        AdditionalSecretOutputs = goal.AdditionalSecretOutputs,
        CustomTimeouts = goal.CustomTimeouts,
        RetainOnDelete = goal.RetainOnDelete,
        IgnoreChanges = [.. goal.IgnoreChanges.Select(path => path.ToString())],
        ReplaceOnChanges = [.. goal.ReplaceOnChanges.Select(path => path.ToString())],
        Created = old?.Created,
        Modified = old?.Modified,
        Extra = old?.Extra,
    };

    private async Task<PropertyMap> CheckAsync(IProvider provider, Goal goal, Urn urn, PropertyMap inputs, PropertyMap? oldInputs)
    {
        var result = await control.CallAsync(cancellationToken => provider.CheckAsync(new CheckRequest(urn, oldInputs?.Revealed, inputs.Revealed), cancellationToken));
        if (result.Failures.Count > 0)
        {
            throw new EngineException(string.Join(Environment.NewLine, result.Failures.Select(failure =>
                $"'{goal.Name}' ({goal.Type}): {(failure.Property.Length > 0 ? $"{failure.Property}: " : "")}{failure.Reason}")));
        }

        return SecretMarks.Copy(inputs, result.Inputs);
    }

    private async Task<(IProvider? Provider, ProviderReference? Reference)> ProviderAsync(Goal goal)
    {
        if (!goal.Custom)
        {
            return (null, null);
        }

        if (ProviderReference.IsProviderType(goal.Type))
        {
            _ = providers.Factory(ProviderReference.PackageOfProvider(goal.Type));
            return (providers, null);
        }

        return await ProviderAsync(ProviderReference.PackageOf(goal.Type), goal.Provider, goal.Version, $"'{goal.Name}' ({goal.Type})");
    }

    private async Task<(IProvider Provider, ProviderReference Reference)> ProviderAsync(string package, ProviderReference? given, string version, string what)
    {
        var factory = providers.Factory(package);
        if (given is null && factory.WhyNoDefault is { } why)
        {
            throw new EngineException($"{what} names no provider. {why}");
        }

        var reference = given ?? await DefaultProviderAsync(package, version);
        if (ProviderReference.PackageOfProvider(reference.Urn.Type) != package)
        {
            throw new EngineException($"{what} names a provider of the package '{ProviderReference.PackageOfProvider(reference.Urn.Type)}'. Give it one of '{package}'.");
        }

        return (Find(reference) ?? throw new EngineException($"{what} names the provider {reference}, which this update has not registered."), reference);
    }

    private IProvider? Find(ProviderReference reference)
    {
        lock (_lock)
        {
            return providers.Find(reference)
                ?? (journal.Left.FirstOrDefault(resource => resource.Urn == reference.Urn && resource.Id == reference.Id) is { } old
                    ? providers.Configure(reference, old.Inputs)
                    : null);
        }
    }

    private Task<ProviderReference> DefaultProviderAsync(string package, string version)
    {
        var name = version.Length == 0 ? "default" : $"default_{version.Replace('.', '_').Replace('-', '_').Replace('+', '_')}";
        return _defaultProviders.GetOrAdd($"{package}/{name}", _ => new Lazy<Task<ProviderReference>>(RegisterDefaultAsync)).Value;

        async Task<ProviderReference> RegisterDefaultAsync()
        {
            var registered = await RegisterAsync(new Goal
            {
                Type = ProviderReference.ProviderType(package),
                Name = name,
                Custom = true,
                Version = version,
                Inputs = version.Length == 0 ? PropertyMap.Empty : PropertyMap.Empty.With("version", version),
            });
            events.Report(new Diagnostic(DiagnosticSeverity.Debug, $"using the default provider {registered.Urn}"));
            return new ProviderReference(registered.Urn, registered.Id!);
        }
    }
}
