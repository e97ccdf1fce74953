using System.Collections.Concurrent;
using System.Collections.Immutable;
using Pulumirpc;
using Scalelab.Engine.Events;
using Scalelab.Engine.Programs;
using Scalelab.Engine.Properties;
using Scalelab.Engine.State;
using Scalelab.Engine.Updates;

namespace Scalelab.Engine.Policies;

/// <summary>
/// Runs the policy packs of one update: they start while the program does, judge every resource before anything is done to it, and the
/// stack at the end. A preview shows all violations and fails at its end; an update refuses the resource that breaks a mandatory rule.
/// </summary>
internal sealed class PolicyHost : IAsyncDisposable
{
    private readonly bool _preview;
    private readonly UpdateControl _control;
    private readonly EventStream _events;
    private readonly Urn _stack;
    private readonly CancellationTokenSource _ending;
    private readonly ConcurrentBag<IAsyncDisposable> _started = [];
    private Task<ImmutableArray<Pack>> _packs = Task.FromResult(ImmutableArray<Pack>.Empty);
    private int _violations;
    private int _failures;

    private PolicyHost(UpdateOptions options, bool preview, UpdateControl control, EventStream events)
    {
        _preview = preview;
        _control = control;
        _events = events;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(control.Stopping);
        _stack = Urn.ForStack(options.Stack, options.Project.Name);
        IsIdle = options.PolicyPacks.Count == 0;
    }

    private bool IsIdle { get; }

    /// <summary>Begins to start the packs; nobody waits for them before the first resource does.</summary>
    /// <exception cref="EngineException">A pack is none, is not built, or its configuration file cannot be read.</exception>
    public static PolicyHost Start(UpdateOptions options, ResolvedConfig config, bool preview, UpdateControl control, EventStream events, TimeProvider time)
    {
        var host = new PolicyHost(options, preview, control, events);
        if (host.IsIdle)
        {
            return host;
        }

        // What can be told at once is told before anything runs.
        var packs = options.PolicyPacks.Select(pack => (Project: PackProject.Load(pack.Folder), Config: PackConfig.Read(pack.ConfigFile))).ToImmutableArray();
        host._packs = Task.Run(() => host.StartAsync(packs, options, config, time));
        return host;
    }

    /// <summary>Has a resource mended and judged.</summary>
    /// <returns>Its inputs, mended.</returns>
    /// <exception cref="UpdateStoppedException">It breaks a mandatory rule, or a pack failed; that has been reported.</exception>
    public async Task<PropertyMap> ApplyAsync(PolicySubject subject)
    {
        if (IsIdle)
        {
            return subject.Inputs;
        }

        var packs = await _packs.WaitAsync(_control.Stopping);
        subject = subject with { Inputs = await RemediateAsync(packs, subject) };
        var found = await Task.WhenAll(packs.Select(async pack => (pack, await AskAsync(() => pack.AnalyzeAsync(subject, _ending.Token)))));
        var isRefused = false;
        foreach (var (pack, diagnostic) in found.SelectMany(answer => answer.Item2.Select(diagnostic => (answer.pack, diagnostic))))
        {
            isRefused |= Report(subject.Urn, pack, diagnostic);
        }

        if (isRefused && !_preview)
        {
            _control.Fail();
            throw new UpdateStoppedException($"{subject.Urn} breaks a mandatory policy.");
        }

        return subject.Inputs;
    }

    /// <summary>Has the stack judged as a whole, after everything went well.</summary>
    /// <param name="resources">All of the stack's.</param>
    /// <exception cref="UpdateStoppedException">A pack failed, which has been reported.</exception>
    public async Task AnalyzeStackAsync(IReadOnlyCollection<ResourceState> resources)
    {
        if (IsIdle)
        {
            return;
        }

        var packs = await _packs.WaitAsync(_control.Stopping);
        var providers = resources.Where(resource => ProviderReference.IsProviderType(resource.Type)).DistinctBy(resource => resource.Urn).ToDictionary(resource => resource.Urn);
        var request = new AnalyzeStackRequest
        {
            Resources =
            {
                resources.Select(resource => PolicyWire.ResourceOf(
                    resource,
                    ProviderReference.TryParse(resource.Provider, out var reference) ? providers.GetValueOrDefault(reference.Urn) : null)),
            },
        };
        var names = resources.Select(resource => resource.Urn.Value).ToHashSet();
        foreach (var pack in packs)
        {
            foreach (var diagnostic in await AskAsync(() => pack.AnalyzeStackAsync(request, _ending.Token)))
            {
                Report(names.Contains(diagnostic.Urn) ? new Urn(diagnostic.Urn) : _stack, pack, diagnostic);
            }
        }
    }

    /// <summary>Fails the update if a mandatory rule was broken at any time.</summary>
    public void Conclude()
    {
        if (Volatile.Read(ref _violations) > 0)
        {
            _control.Fail();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        try
        {
            await _packs;
        }
        catch (UpdateStoppedException)
        {
            // Told when it happened.
        }

        await Task.WhenAll(_started.Select(started => started.DisposeAsync().AsTask()));
        _ending.Dispose();
    }

    private async Task<ImmutableArray<Pack>> StartAsync(ImmutableArray<(PackProject Project, PackConfig Config)> packs, UpdateOptions options, ResolvedConfig config, TimeProvider time)
    {
        var server = new ProgramServer();
        _started.Add(server);
        var stack = new AnalyzerStackConfigureRequest
        {
            Stack = options.Stack,
            Project = options.Project.Name,
            Organization = ProgramEnvironment.Organization,
            DryRun = _preview,
            Config = { config.Values.ToDictionary() },
            ConfigSecretKeys = { config.SecretKeys },
        };
        var starting = Task.WhenAll(packs.Select(pack => AskAsync(async () =>
        {
            var started = await Pack.StartAsync(pack.Project, pack.Config, stack, server.Address, options, _events, time, _ending.Token);
            _started.Add(started);
            return started;
        })));
        await server.StartAsync(monitor: null, new EngineService(_control, _events, new ProgramConnection(time)), CancellationToken.None);
        return [.. await starting];
    }

    private async Task<PropertyMap> RemediateAsync(ImmutableArray<Pack> packs, PolicySubject subject)
    {
        foreach (var pack in packs.Where(pack => pack.Remediates))
        {
            var mending = subject;
            foreach (var remediation in await AskAsync(() => pack.RemediateAsync(mending, _ending.Token)))
            {
                if (remediation.Diagnostic.Length > 0)
                {
                    _events.Report(new PolicyViolated(subject.Urn, PolicyLevel.Advisory, remediation.PolicyName, remediation.PolicyPackName, pack.Version, remediation.Diagnostic));
                    continue;
                }

                _events.Info($"mended by the policy {remediation.PolicyName} ({remediation.PolicyPackName})", subject.Urn);
                subject = subject with { Inputs = WireFormat.Read(remediation.Properties) };
            }
        }

        return subject.Inputs;
    }

    // Whatever is still to be asked would meet the same: a pack that fails is told once, and ends the update.
    private async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is EngineException or OperationCanceledException && _ending.IsCancellationRequested)
        {
            throw new UpdateStoppedException("The update is stopping.");
        }
        catch (EngineException e)
        {
            if (Interlocked.Increment(ref _failures) == 1)
            {
                _events.Error(e.Message);
            }

            _control.Abort();
            throw new UpdateStoppedException(e.Message);
        }
    }

    /// <summary>Reports a violation; true where it is mandatory.</summary>
    private bool Report(Urn urn, Pack pack, AnalyzeDiagnostic diagnostic)
    {
        // What a rule should have mended and did not is as bad as what it forbids.
        var isMandatory = diagnostic.EnforcementLevel is EnforcementLevel.Mandatory or EnforcementLevel.Remediate;
        if (isMandatory)
        {
            Interlocked.Increment(ref _violations);
        }

        _events.Report(new PolicyViolated(
            urn, isMandatory ? PolicyLevel.Mandatory : PolicyLevel.Advisory, diagnostic.PolicyName, diagnostic.PolicyPackName, pack.Version, diagnostic.Message));
        return isMandatory;
    }
}
