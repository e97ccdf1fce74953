using System.Collections.Immutable;
using Scalelab.Engine.Events;
using Scalelab.Engine.Programs;
using Scalelab.Engine.Projects;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers;
using Scalelab.Engine.Providers.Builtin;
using Scalelab.Engine.Providers.Command;
using Scalelab.Engine.Providers.Docker;
using Scalelab.Engine.Providers.Kubernetes;
using Scalelab.Engine.Secrets;
using Scalelab.Engine.State;
using Scalelab.Engine.Updates;

namespace Scalelab.Engine;

/// <summary>
/// Previews, updates and destroys stacks: runs the program as a process of its own, serves it Pulumi's ResourceMonitor and Engine, and
/// drives the providers so that the real resources become what the program declares.
/// </summary>
public sealed class StackEngine
{
    private readonly TimeProvider _time;
    private readonly ImmutableArray<IProviderFactory> _providers;
    private readonly IProgramRunner _program;

    public StackEngine(TimeProvider time)
        : this(time, [new CommandProviderFactory(), new DockerProviderFactory(), new KubernetesProviderFactory()], new ProgramRunner(time))
    {
    }

    internal StackEngine(TimeProvider time, ImmutableArray<IProviderFactory> providers, IProgramRunner program)
    {
        _time = time;
        _providers = providers;
        _program = program;
    }

    /// <summary>Shows what <see cref="UpAsync"/> would do and changes nothing.</summary>
    /// <inheritdoc cref="UpAsync"/>
    public Task<UpdateResult> PreviewAsync(UpdateOptions options, IProgress<EngineEvent> events, CancellationToken cancellationToken) =>
        RunAsync(UpdateKind.Preview, options, events, cancellationToken);

    /// <summary>Makes the real resources what the program declares.</summary>
    /// <param name="options">Project, stack, state and configuration.</param>
    /// <param name="events">Told everything, one event at a time.</param>
    /// <param name="cancellationToken">Stops cleanly: running operations are wound up and recorded, none is started.</param>
    /// <returns>The result, also when steps failed or the update was cancelled: see <see cref="UpdateResult.Succeeded"/>.</returns>
    /// <exception cref="EngineException">The update could not begin: unknown stack, bad configuration, corrupt state, another update running, program not built.</exception>
    public Task<UpdateResult> UpAsync(UpdateOptions options, IProgress<EngineEvent> events, CancellationToken cancellationToken) =>
        RunAsync(UpdateKind.Up, options, events, cancellationToken);

    /// <summary>Deletes every resource of the stack, dependents first, and then its state file. The program is not run.</summary>
    /// <inheritdoc cref="UpAsync"/>
    public Task<UpdateResult> DestroyAsync(UpdateOptions options, IProgress<EngineEvent> events, CancellationToken cancellationToken) =>
        RunAsync(UpdateKind.Destroy, options, events, cancellationToken);

    /// <summary>Takes what the real resources are into the state, removes the records of those that are gone, and changes nothing else. The program is not run.</summary>
    /// <inheritdoc cref="UpAsync"/>
    public Task<UpdateResult> RefreshAsync(UpdateOptions options, IProgress<EngineEvent> events, CancellationToken cancellationToken) =>
        RunAsync(UpdateKind.Refresh, options, events, cancellationToken);

    private async Task<UpdateResult> RunAsync(UpdateKind kind, UpdateOptions options, IProgress<EngineEvent> sink, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var targets = Targets.Of(options);
        var preview = kind == UpdateKind.Preview || (kind == UpdateKind.Refresh && options.PreviewOnly);
        var mask = new SecretMask();
        var settings = StackSettings.Load(options.Project, options.Stack, options.ConfigOverrides);
        using var stackLock = preview ? null : StackLock.Take(options.StateFolder, options.Stack, UpdateRecord.CommandOf(kind), _time);
        var managers = new SecretsProviders(options.StateFolder, options.Variable);
        var secrets = managers.OfStack(settings, isReadOnly: preview);
        var config = ResolvedConfig.Resolve(settings, secrets, mask);
        var file = new StateFile(options.StateFolder, options.Stack, secrets, managers, _time);
        var previous = file.Read();
        foreach (var resource in previous.Resources)
        {
            mask.Add(resource.Inputs);
            mask.Add(resource.Outputs);
        }

        var events = new EventStream(sink, mask);
        events.Report(new Prelude(config.Blinded));
        var builtin = new BuiltinProviderFactory(new StackOutputs(options, managers, _time));
        await using var providers = new ProviderRegistry([.. _providers, builtin], new ProviderContext(_time, options.Project.ProgramFolder, options.Environment, events) { DeleteUnreachable = options.DeleteUnreachable });
        using var control = new UpdateControl(events, options.Parallel, cancellationToken, options.ContinueOnError, options.Prerequisite);
        var resolved = await ResolveAsync(previous, file, preview, providers, events, cancellationToken);
        if (kind == UpdateKind.Refresh || (options.Refresh ?? options.Project.RefreshesAlways))
        {
            resolved = await new Refresh(providers, control, events, mask, targets, _time) { ReportsUnchanged = kind == UpdateKind.Refresh }.RunAsync(resolved);
            if (!preview)
            {
                await file.WriteAsync(resolved);
            }
        }

        using var journal = new Journal(resolved, preview ? null : file);
        builtin.Find = journal.FindDone;
        if (kind != UpdateKind.Refresh && control.Succeeded)
        {
            await new Update(kind, options, config, journal, providers, control, events, mask, targets, _time).RunAsync(_program);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            events.Error("The update was cancelled. What was done so far is recorded; run it again to go on.");
        }

        await journal.CompleteAsync();
        var snapshot = journal.Current;
        if (kind == UpdateKind.Destroy && snapshot.IsEmpty)
        {
            file.Delete();
        }

        var outputs = (journal.FindDone(Urn.ForStack(options.Stack, options.Project.Name)) ?? snapshot.Resources.FirstOrDefault(resource => resource.Type == Urn.StackType))?.Outputs;
        var result = new UpdateResult(kind, control.Succeeded, events.Counts, StackState.OutputsOf(outputs ?? PropertyMap.Empty), _time.GetElapsedTime(started))
        {
            Violations = events.Violations,
            PreviousOutputs = StackState.OutputsOf(previous),
        };
        if (!preview)
        {
            new UpdateHistory(options.StateFolder, options.Stack).Add(UpdateRecord.Of(result, settings, _time.GetUtcNow()), file.Path);
        }

        events.Report(new Summary(result));
        return result;
    }

    private static async Task<Snapshot> ResolveAsync(Snapshot snapshot, StateFile file, bool preview, ProviderRegistry providers, EventStream events, CancellationToken cancellationToken)
    {
        if (snapshot.PendingOperations.IsEmpty)
        {
            return snapshot;
        }

        if (preview)
        {
            events.Warning($"An earlier update was interrupted in the middle of {snapshot.PendingOperations.Length} operation(s); 'up' will find out how far they came, this preview cannot.");
            return snapshot with { PendingOperations = [] };
        }

        try
        {
            var resolved = await new InterruptedOperations(providers, events).ResolveAsync(snapshot, cancellationToken);
            await file.WriteAsync(resolved);
            return resolved;
        }
        catch (ProviderException e)
        {
            throw new EngineException($"An earlier update was interrupted, and what became of its last operations cannot be found out: {e.Message}", e);
        }
    }
}
