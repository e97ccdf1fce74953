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
internal sealed class Registrar : IDisposable
{
    private readonly Journal _journal;
    private readonly ProviderRegistry _configured;
    private readonly Operations _operations;
    private readonly UpdateControl _control;
    private readonly SecretMask _mask;
    private readonly Registrations _registrations;
    private readonly Replacements _replacements;

    public Registrar(string project, string stack, Journal journal, ProviderRegistry providers, Operations operations, UpdateControl control, EventStream events, SecretMask mask)
    {
        _journal = journal;
        _configured = providers;
        _operations = operations;
        _control = control;
        _mask = mask;
        _registrations = new Registrations(project, stack, journal);
        Providers = new ProviderSelection(journal, providers, events, RegisterAsync);
        _replacements = new Replacements(journal, _registrations, Providers, operations, control);
    }

    public ProviderSelection Providers { get; }

    /// <summary>Whether the program declared its stack, that is got as far as to run at all.</summary>
    public bool HasStack => _registrations.HasStack;

    /// <summary>Makes a resource what the program wants it to be.</summary>
    /// <exception cref="UpdateStoppedException">That failed, or something else had; it has been reported.</exception>
    public Task<ResourceState> RegisterAsync(Func<Goal> read) => _control.WorkAsync(urn: null, () => RegisterAsync(read()));

    /// <inheritdoc cref="RegisterAsync(Func{Goal})"/>
    public Task<ResourceState> RegisterAsync(Goal goal) => _control.WorkAsync(_registrations.UrnOf(goal), async () =>
    {
        _mask.Add(goal.Inputs);
        var (urn, parent, old) = _registrations.Enter(goal);
        old = await _registrations.LatestAsync(old, _control.Stopping);
        var (provider, reference) = await Providers.OfAsync(goal);
        return old is null or { External: true } || !goal.Custom
            ? await RegisterNewOrComponentAsync(goal, urn, parent, old, provider, reference)
            : await RegisterKnownAsync(goal, urn, parent, old, provider!, reference);
    });

    /// <summary>Looks a resource up that somebody else manages.</summary>
    /// <inheritdoc cref="RegisterAsync(Func{Goal})"/>
    public Task<ResourceState> ReadAsync(Func<Goal> read, string id) => _control.WorkAsync(urn: null, () => ReadAsync(read(), id));

    /// <inheritdoc cref="RegisterAsync(Func{Goal})"/>
    public Task<ResourceState> ReadAsync(Goal goal, string id) => _control.WorkAsync(_registrations.UrnOf(goal), async () =>
    {
        _mask.Add(goal.Inputs);
        var (urn, parent, old) = _registrations.Enter(goal);
        if (old is { External: false })
        {
            throw new EngineException($"'{goal.Name}' ({goal.Type}) is managed by this stack and cannot be read under the same name. Give the Get another name.");
        }

        var (provider, reference) = await Providers.OfAsync(goal);
        var desired = Desired(goal, urn, parent, old, goal.Inputs, reference) with { External = true, Id = id };
        return await _operations.ReadAsync(provider!, old, desired);
    });

    public Task<bool> RegisterOutputsAsync(Urn urn, PropertyMap outputs) => _control.WorkAsync(urn, () =>
    {
        _mask.Add(outputs);
        if (_journal.FindDone(urn) is not { Custom: false })
        {
            throw new EngineException($"Outputs were registered for {urn}, which is not a component of this update.");
        }

        _journal.SetOutputs(urn, outputs);
        return Task.FromResult(true);
    });

    public Task<InvokeResult> InvokeAsync(string token, Func<ProviderReference?> reference, string version, PropertyMap arguments) => _control.WorkAsync(urn: null, async () =>
    {
        _mask.Add(arguments);
        var (provider, _) = await Providers.OfAsync(ProviderReference.PackageOf(token), reference(), version, $"The function {token}");
        return await _control.CallAsync(cancellationToken => provider.InvokeAsync(token, arguments.Revealed, cancellationToken));
    });

    public void Dispose() => _replacements.Dispose();

    private async Task<ResourceState> RegisterNewOrComponentAsync(Goal goal, Urn urn, Urn? parent, ResourceState? old, IProvider? provider, ProviderReference? reference)
    {
        if (provider is not null)
        {
            var inputs = await CheckAsync(provider, goal, urn, goal.Inputs, oldInputs: null);
            return await _operations.CreateAsync(provider, Desired(goal, urn, parent, old: null, inputs, reference), old, deleteReplacedLater: false, []);
        }

        var desired = Desired(goal, urn, parent, old, goal.Inputs, reference);
        var changes = old is null ? [] : Changes(old.Inputs, goal.Inputs, []);
        return (old, changes) switch
        {
            (null, _) => await _operations.CreateAsync(provider: null, desired, replaced: null, deleteReplacedLater: false, []),
            (_, []) => await _operations.KeepAsync(old, desired),
            _ => await _operations.UpdateAsync(provider: null, old, desired, [], changes),
        };
    }

    private async Task<ResourceState> RegisterKnownAsync(Goal goal, Urn urn, Urn? parent, ResourceState old, IProvider provider, ProviderReference? reference)
    {
        var wanted = goal.IgnoreChanges.Aggregate(goal.Inputs, (inputs, path) => (PropertyMap)path.Overwrite(inputs, old.Inputs));
        var checkedInputs = await CheckAsync(provider, goal, urn, wanted, old.PendingReplacement ? null : old.Inputs);
        var desired = Desired(goal, urn, parent, old, checkedInputs, reference);
        var diff = await _control.CallAsync(cancellationToken => provider.DiffAsync(
            new DiffRequest(urn, old.Id ?? "", old.Inputs.Revealed, old.Outputs.Revealed, checkedInputs.Revealed),
            cancellationToken));
        ImmutableArray<PropertyPath> replacing = [.. diff.ReplacePaths, .. ReplaceOnChanges(goal, old.Inputs, checkedInputs)];
        var otherProvider = old.Provider != reference?.ToString();
        if (!replacing.IsEmpty || otherProvider || old.PendingReplacement || old.Taint)
        {
            var inputs = await CheckAsync(provider, goal, urn, wanted, oldInputs: null);
            var deleteFirst = goal.DeleteBeforeReplace ?? diff.DeleteBeforeReplace;
            return await _replacements.ReplaceAsync(provider, old, desired with { Inputs = inputs }, deleteFirst, Changes(old.Inputs, inputs, replacing));
        }

        if (diff.HasChanges || !old.InitErrors.IsEmpty)
        {
            return await _operations.UpdateAsync(provider, old, desired, goal.IgnoreChanges, Changes(old.Inputs, checkedInputs, []));
        }

        if (ProviderReference.IsProviderType(goal.Type) && _configured.Find(new ProviderReference(urn, old.Id!)) is null)
        {
            _configured.Configure(new ProviderReference(urn, old.Id!), checkedInputs);
        }

        return await _operations.KeepAsync(old, desired);
    }

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
        var result = await _control.CallAsync(cancellationToken => provider.CheckAsync(new CheckRequest(urn, oldInputs?.Revealed, inputs.Revealed), cancellationToken));
        if (result.Failures.Count > 0)
        {
            throw new EngineException(string.Join(Environment.NewLine, result.Failures.Select(failure =>
                $"'{goal.Name}' ({goal.Type}): {(failure.Property.Length > 0 ? $"{failure.Property}: " : "")}{failure.Reason}")));
        }

        return SecretMarks.Copy(inputs, result.Inputs);
    }


}
