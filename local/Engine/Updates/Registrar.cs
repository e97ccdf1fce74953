using Pulumirpc;
using Scalelab.Engine.Policies;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers;
using Scalelab.Engine.Secrets;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>Answers the program's requests. They run concurrently; the program orders them by awaiting what they depend on.</summary>
internal sealed class Registrar : IDisposable
{
    private readonly bool _preview;
    private readonly string _folder;
    private readonly Journal _journal;
    private readonly Operations _operations;
    private readonly UpdateControl _control;
    private readonly SecretMask _mask;
    private readonly Targets _targets;
    private readonly Registrations _registrations;
    private readonly Replacements _replacements;
    private readonly Reconciler _reconciler;
    private readonly Untargeted _untargeted;

    public Registrar(
        UpdateOptions options,
        bool preview,
        Journal journal,
        ProviderRegistry providers,
        DefaultProviders defaults,
        PolicyHost policies,
        Operations operations,
        UpdateControl control,
        EventStream events,
        SecretMask mask,
        Targets targets)
    {
        _preview = preview;
        _folder = options.Project.ProgramFolder;
        _journal = journal;
        _operations = operations;
        _control = control;
        _mask = mask;
        _targets = targets;
        _registrations = new Registrations(options.Project.Name, options.Stack, journal);
        Providers = new ProviderSelection(journal, _registrations, providers, defaults, events, async goal => (await RegisterAsync(goal)).State);
        _replacements = new Replacements(journal, _registrations, Providers, operations, control);
        _reconciler = new Reconciler(preview, _registrations, providers, Providers, policies, _replacements, operations, control, events, targets);
        _untargeted = new Untargeted(journal, _registrations, operations);
    }

    public ProviderSelection Providers { get; }

    /// <summary>Whether the program declared its stack, that is got as far as to run at all.</summary>
    public bool HasStack => _registrations.HasStack;

    /// <summary>What failed while the update went on: the records under these names stay.</summary>
    public IReadOnlySet<Urn> Failed => _registrations.Failed;

    /// <summary>Whether the program or the previous state knows a resource.</summary>
    public bool Knows(string urn) => _registrations.IsRegistered(urn);

    /// <summary>Makes a resource what the program wants it to be.</summary>
    /// <exception cref="UpdateStoppedException">That failed, or something else had; it has been reported.</exception>
    public async Task<Registered> RegisterAsync(Func<Task<Goal>> read)
    {
        Goal? goal = null;
        try
        {
            return await _control.WorkAsync(urn: null, async () => await RegisterAsync(goal = await read()));
        }
        catch (UpdateStoppedException) when (goal is not null && _control.GoesOnAfterErrors)
        {
            return LeaveOut(goal, _registrations.UrnOf(goal), Result.Fail);
        }
    }

    /// <inheritdoc cref="RegisterAsync(Func{Task{Goal}})"/>
    public Task<Registered> RegisterAsync(Goal goal) => _control.WorkAsync(_registrations.UrnOf(goal), async () =>
    {
        goal = goal with { Inputs = AssetHashes.Apply(goal.Inputs, _folder) };
        _mask.Add(goal.Inputs);
        var entry = _registrations.Enter(goal);
        if (entry.NeedsFailed)
        {
            return LeaveOut(goal, entry.Urn, Result.Skip);
        }

        entry = entry with { Old = await _registrations.LatestAsync(entry.Old, _control.Stopping) };
        var (provider, reference) = await Providers.OfAsync(goal);
        var dependencies = Dependencies(goal, entry, reference);
        entry = GoOn(goal, entry, dependencies);

        if (!_targets.Include(entry.Urn, dependencies))
        {
            return await _untargeted.LeaveAsync(goal, entry);
        }

        RequireAll(goal, dependencies);
        return new Registered(await _reconciler.ReconcileAsync(goal, entry, provider, reference));
    });

    /// <summary>Looks a resource up that somebody else manages.</summary>
    /// <inheritdoc cref="RegisterAsync(Func{Task{Goal}})"/>
    public async Task<Registered> ReadAsync(Func<Goal> read, string id)
    {
        Goal? goal = null;
        try
        {
            return await _control.WorkAsync(urn: null, () => ReadAsync(goal = read(), id));
        }
        catch (UpdateStoppedException) when (goal is not null && _control.GoesOnAfterErrors)
        {
            return LeaveOut(goal, _registrations.UrnOf(goal), Result.Fail);
        }
    }

    private Task<Registered> ReadAsync(Goal goal, string id) => _control.WorkAsync(_registrations.UrnOf(goal), async () =>
    {
        _mask.Add(goal.Inputs);
        var entry = _registrations.Enter(goal);
        if (entry.NeedsFailed)
        {
            return LeaveOut(goal, entry.Urn, Result.Skip);
        }

        if (id.Length == 0)
        {
            throw new EngineException($"'{goal.Name}' ({goal.Type}) cannot be looked up without an id.");
        }

        var (provider, reference) = await Providers.OfAsync(goal);
        var dependencies = Dependencies(goal, entry, reference);
        RequireAll(goal, dependencies);
        entry = GoOn(goal, entry, dependencies);
        if (_journal.FindDone(entry.Urn) is { External: false } kept && kept.Id != id)
        {
            throw new EngineException($"'{goal.Name}' ({goal.Type}) is to be looked up in place of a resource of this stack, but something that is no target needs that one. Make what depends on it a target too.");
        }

        var desired = Reconciler.Desired(goal, entry, goal.Inputs, reference) with { External = true, Id = id };
        return new Registered(await _operations.ReadAsync(provider!, entry.Old, desired));
    });

    public Task<bool> RegisterOutputsAsync(Urn urn, PropertyMap outputs) => _control.WorkAsync(urn, () =>
    {
        _mask.Add(outputs);
        if (_registrations.IsSkipped(urn) || _registrations.Failed.Contains(urn))
        {
            return Task.FromResult(false);
        }

        if (_journal.FindDone(urn) is not { Custom: false })
        {
            throw new EngineException($"Outputs were registered for {urn}, which is not a component of this update.");
        }

        _journal.SetOutputs(urn, outputs);
        return Task.FromResult(true);
    });

    /// <summary>Calls a function of a provider; null when what it needs is not known yet.</summary>
    /// <inheritdoc cref="RegisterAsync(Func{Task{Goal}})"/>
    public Task<InvokeResult?> InvokeAsync(Func<Task<FunctionCall>> read) => _control.WorkAsync(urn: null, async () =>
    {
        var call = await read();
        _mask.Add(call.Arguments);
        if (call.Arguments.ContainsUnknowns || (_preview && call.DependsOn.Any(IsToCome)))
        {
            return null;
        }

        var (provider, _) = await Providers.OfAsync(ProviderReference.PackageOf(call.Token), call.Provider, call.Version, $"The function {call.Token}");
        return (InvokeResult?)await _control.CallAsync(cancellationToken => provider.InvokeAsync(call.Token, call.Arguments.Revealed, cancellationToken));
    });

    /// <summary>Does something for the program that is no operation.</summary>
    public Task<T> RunAsync<T>(Func<T> run) => _control.WorkAsync(urn: null, () => Task.FromResult(run()));

    /// <summary>Reports that the program asked for something that does not exist here, and stops the update.</summary>
    public Task<T> RefuseAsync<T>(string message) => RunAsync<T>(() => throw new EngineException(message));

    public void Dispose() => _replacements.Dispose();

    private static Urn[] Dependencies(Goal goal, Entry entry, ProviderReference? provider) =>
        [.. goal.AllDependencies, .. entry.Parent is { } parent ? [parent] : Array.Empty<Urn>(), .. provider is { } its ? [its.Urn] : Array.Empty<Urn>()];

    // Something before it in the program is no target and needed it as it was: it stands already, at that place and by that name.
    private Entry GoOn(Goal goal, Entry entry, Urn[] dependencies)
    {
        if (entry.Old is not { } old || _journal.FindDone(old.Urn) is not { } kept)
        {
            return entry;
        }

        _registrations.KeepOldName(entry);
        return dependencies.All(dependency => _journal.Precedes(dependency, kept.Urn))
            ? entry with { Urn = kept.Urn, Old = kept }
            : throw new EngineException($"'{goal.Name}' ({goal.Type}) is now to come after resources that stand behind it in the state, where something that is no target needs it. Make what depends on it a target too.");
    }

    private void RequireAll(Goal goal, Urn[] dependencies)
    {
        if (dependencies.Where(_registrations.IsSkipped).Select(urn => (Urn?)urn).FirstOrDefault() is { } skipped)
        {
            throw new EngineException($"'{goal.Name}' ({goal.Type}) needs {skipped}, which does not exist yet and is not among the targets. Add --target '{skipped}'.");
        }
    }

    private Registered LeaveOut(Goal goal, Urn urn, Result result)
    {
        _registrations.MarkFailed(urn);
        return new Registered(new ResourceState { Urn = urn, Custom = goal.Custom }, result);
    }

    // In a preview: it, or a resource within it, would be created.
    private bool IsToCome(Urn urn) => _journal.FindDone(urn) switch
    {
        null => true,
        { Custom: true, Id: var id } => id is null or "" or Signatures.Unknown,
        _ => _journal.Current.Resources.Any(resource => resource.Parent == urn && IsToCome(resource.Urn)),
    };
}
