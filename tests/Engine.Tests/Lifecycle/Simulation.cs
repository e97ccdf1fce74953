using System.Collections.Immutable;
using System.Globalization;
using Scalelab.Engine.Events;
using Scalelab.Engine.Programs;
using Scalelab.Engine.Projects;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers;
using Scalelab.Engine.Secrets;
using Scalelab.Engine.State;
using Scalelab.Engine.Updates;

namespace Scalelab.Engine.Tests.Lifecycle;

/// <summary>
/// One random life of a stack: programs that change, a cloud that fails, updates that are confined, cancelled or killed. Whatever happens,
/// the state stays valid and tells the truth; at the end the program is healed, and an update, a second one and a destroy do what they say.
/// Everything is in memory, and the seed alone decides what happens.
/// </summary>
internal sealed class Simulation
{
    private static readonly PulumiProject Project = new("lab", "/lab/Pulumi.yaml", "/lab", "/lab", []);
    private static readonly UpdateOptions Ordinary = new() { Project = Project, Stack = "dev", StateFolder = "/lab/state" };

    private readonly Random _random;
    private readonly SimulatedCloud _cloud = new();
    private readonly List<string> _story = [];

    // Objects that an update was told to forget: nobody answers for them any more.
    private readonly HashSet<string> _retained = [];

    // Objects that were there before the stack and that it has not imported yet.
    private readonly HashSet<string> _unclaimed = [];
    private Snapshot _state = Snapshot.Empty;

    public Simulation(int seed)
    {
        Seed = seed;
        _random = new Random(seed);
        _cloud.Objects[RandomProgram.ReadId] = PropertyMap.Empty;
        foreach (var id in Enumerable.Range(0, RandomProgram.MaxResources).Select(RandomProgram.FoundId))
        {
            _cloud.Objects[id] = new PropertyMap([new("id", id), new("size", _random.Next(3)), new("fixedPlace", _random.Next(2))]);
            _unclaimed.Add(id);
        }
    }

    public int Seed { get; }

    /// <summary>Lives the whole life.</summary>
    /// <exception cref="InvalidOperationException">A promise was broken; the message tells the story.</exception>
    public async Task RunAsync()
    {
        try
        {
            var program = RandomProgram.Create(_random);
            for (var updates = _random.Next(1, 5); updates > 0; updates--)
            {
                await DisturbedAsync(program);
                program = program.Mutate(_random);
            }

            // What nobody can delete is released by hand, as the CLI's "state unprotect" does.
            _state = _state with
            {
                Resources = [.. _state.Resources.Select(resource => resource with { Protect = false })],
                PendingOperations = [.. _state.PendingOperations.Select(operation => operation with { Resource = operation.Resource with { Protect = false } })],
            };
            await HealAsync(program.Heal());
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {Seed}: {e.Message}\n{string.Join('\n', _story)}\n{e.StackTrace}", e);
        }
    }

    private async Task DisturbedAsync(RandomProgram program)
    {
        _cloud.CanFail = true;
        var urns = _state.Resources.Select(resource => resource.Urn.Value).Distinct().ToArray();
        var confined = urns.Length > 0 ? _random.Next(6) : 5;
        var chosen = urns.Where(_ => _random.Next(3) == 0).ToArray();
        var options = Ordinary with
        {
            Parallel = _random.Next(2) == 0 ? 1 : 4,
            ContinueOnError = _random.Next(4) == 0,
            Targets = confined == 0 ? chosen : [],
            TargetDependents = confined == 0 && chosen.Length > 0 && _random.Next(2) == 0,
            Excludes = confined == 1 ? chosen : [],
            ExcludeDependents = confined == 1 && chosen.Length > 0 && _random.Next(2) == 0,
            Replaces = _random.Next(6) == 0 ? chosen : [],
        };
        var kind = _random.Next(8) == 0 ? UpdateKind.Destroy : UpdateKind.Up;
        await RunAsync(kind, program, options, end: _random.Next(3) == 0 ? (End)_random.Next(1, 4) : End.None, after: _random.Next(8));
    }

    private async Task HealAsync(RandomProgram program)
    {
        _cloud.CanFail = false;
        var foretold = _state.PendingOperations.IsEmpty ? await RunAsync(UpdateKind.Preview, program, Ordinary) : null;
        var done = await RunAsync(UpdateKind.Up, program, Ordinary);
        Require(done.Succeeded, $"the healed update failed: {string.Join("; ", done.Errors)}");
        if (foretold is not null)
        {
            Require(foretold.Succeeded, $"the preview failed: {string.Join("; ", foretold.Errors)}");
            Require(foretold.Steps.SequenceEqual(done.Steps), $"the preview foretold\n  {string.Join(", ", foretold.Steps)}\nbut done was\n  {string.Join(", ", done.Steps)}");
        }

        var again = await RunAsync(UpdateKind.Up, program, Ordinary);
        Require(again.Succeeded && again.Steps.All(step => step.StartsWith("Same", StringComparison.Ordinal) || step.StartsWith("Read", StringComparison.Ordinal)), $"the second update did something: {string.Join(", ", again.Steps)}");
        Require(!(await RunAsync(UpdateKind.Preview, program, Ordinary)).Steps.Any(step => !step.StartsWith("Same", StringComparison.Ordinal) && !step.StartsWith("Read", StringComparison.Ordinal)), "the preview after it shows changes");
        var destroyed = await RunAsync(UpdateKind.Destroy, program, Ordinary);
        Require(destroyed.Succeeded, $"the destroy failed: {string.Join("; ", destroyed.Errors)}");
        Require(_state.IsEmpty, "the destroy left something in the state");
        Require(_cloud.Objects.Keys.All(id => id == RandomProgram.ReadId || _retained.Contains(id) || _unclaimed.Contains(id)), "the destroy left something in the cloud");
        Require(_unclaimed.Append(RandomProgram.ReadId).All(_cloud.Objects.ContainsKey), "somebody else's object was deleted");
    }

    private async Task<Outcome> RunAsync(UpdateKind kind, RandomProgram program, UpdateOptions options, End end = End.None, int after = 0)
    {
        _story.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"-- {kind}{(options.Targets.Count > 0 ? $" targets {string.Join(' ', options.Targets)}{(options.TargetDependents ? " and dependents" : "")}" : "")}{(options.Excludes.Count > 0 ? $" excludes {string.Join(' ', options.Excludes)}{(options.ExcludeDependents ? " and dependents" : "")}" : "")}{(options.Replaces.Count > 0 ? $" replaces {string.Join(' ', options.Replaces)}" : "")}{(options.ContinueOnError ? " continue" : "")}{(end == End.None ? "" : $" {end} after {after}")}"));
        if (kind != UpdateKind.Destroy)
        {
            _story.Add(program.ToString());
        }

        var preview = kind == UpdateKind.Preview;
        var told = new Told();
        var mask = new SecretMask();
        var events = new EventStream(told, mask);
        using var cancelled = new CancellationTokenSource();
        await using var providers = new ProviderRegistry([_cloud], new ProviderContext(TimeProvider.System, "/lab", new Dictionary<string, string>(), events));
        using var control = new UpdateControl(events, options.Parallel, cancelled.Token, options.ContinueOnError);
        Snapshot start;
        try
        {
            start = preview || _state.PendingOperations.IsEmpty ? _state : await new InterruptedOperations(providers, events).ResolveAsync(_state, CancellationToken.None);
        }
        catch (ProviderException e)
        {
            // The update cannot begin, and changes nothing.
            told.Errors.Add(e.Message);
            return new Outcome(Succeeded: false, told);
        }

        Check(start);
        using var journal = new Journal(start, file: null);
        var runner = new Runner(program) { HasEnded = kind == UpdateKind.Destroy };
        Snapshot? killed = null;
        var operations = 0;
        _cloud.Before = async (operation, urn, id) =>
        {
            RequireAlive();
            Check(journal.Current);
            if (operation == "delete" && runner.HasEnded)
            {
                CheckDeletion(urn, id, journal.Current);
            }

            operations++;
            if (operations == after && end is End.KillBefore or End.Cancel)
            {
                await StopAsync();
            }

            _story.Add($"   {operation} {urn.Name} ({id})");
        };
        _cloud.After = async (_, _, _) =>
        {
            if (operations == after && end == End.KillAfter)
            {
                await StopAsync();
            }
        };
        try
        {
            await new Update(kind, options, new ResolvedConfig(new Dictionary<string, string>(), []), journal, providers, control, events, mask, new Targets(options), TimeProvider.System).RunAsync(runner);
        }
        finally
        {
            _cloud.Before = _cloud.After = (_, _, _) => Task.CompletedTask;
        }

        _story.AddRange(told.Errors.Select(error => $"   error: {error}"));
        if (preview)
        {
            return new Outcome(control.Succeeded, told);
        }

        Retain(start);
        Retain(journal.Current);
        _state = killed ?? journal.Current;
        Check(_state);
        CheckTruth();
        Require(killed is not null || end == End.Cancel || _state.PendingOperations.IsEmpty, "an operation is still pending");
        return new Outcome(control.Succeeded, told);

        void RequireAlive()
        {
            if (killed is not null)
            {
                throw new OperationCanceledException("The engine was killed.");
            }
        }

        async Task StopAsync()
        {
            if (end != End.Cancel)
            {
                killed = journal.Current;
            }

            await cancelled.CancelAsync();
            throw new OperationCanceledException(cancelled.Token);
        }
    }

    // What is deleted with an object that is retained is retained with it.
    private void Retain(Snapshot snapshot)
    {
        var retained = new HashSet<Urn>();
        foreach (var resource in snapshot.Resources.Where(resource => resource.RetainOnDelete || (resource.DeletedWith is { } owner && retained.Contains(owner))))
        {
            retained.Add(resource.Urn);
            _retained.Add(resource.Id ?? "");
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }

    private static void Check(Snapshot snapshot)
    {
        if (snapshot.FindProblem() is { } problem)
        {
            throw new InvalidOperationException($"{problem}, in the state\n{string.Join('\n', snapshot.Resources.Select(resource =>
                $"   {resource.Urn.Name} {resource.Id}{(resource.Delete ? " to be deleted" : "")} needs {string.Join(' ', resource.AllDependencies.Select(urn => urn.Name))}"))}");
        }

        var providers = new HashSet<string>();
        foreach (var resource in snapshot.Resources)
        {
            Require(resource.Provider is null || providers.Contains(resource.Provider), $"{resource.Urn.Name} names the provider {resource.Provider}, which is not listed before it");
            if (ProviderReference.IsProviderType(resource.Type))
            {
                providers.Add($"{resource.Urn}::{resource.Id}");
            }
        }
    }

    // Once the program has ended, nothing goes that something else still needs. Before, a replacement that is deleted first may.
    private static void CheckDeletion(Urn urn, string id, Snapshot now)
    {
        var isReplaced = now.Resources.Any(resource => resource.Urn == urn && resource.Id != id && !resource.Delete);
        var dependent = now.Resources.FirstOrDefault(resource => !resource.Delete && !resource.PendingReplacement && resource.AllDependencies.Contains(urn));
        Require(isReplaced || dependent is null, $"{urn.Name} is deleted, but {dependent?.Urn.Name} depends on it");
    }

    // Every object has a record, and every record an object.
    private void CheckTruth()
    {
        _unclaimed.ExceptWith(_state.Resources.Select(resource => resource.Id ?? ""));
        var recorded = _state.Resources.Concat(_state.PendingOperations.Select(operation => operation.Resource))
            .Where(resource => resource.Custom && !resource.External && !ProviderReference.IsProviderType(resource.Type))
            .Select(resource => resource.Id ?? resource.Inputs.FindText("id"))
            .ToHashSet();
        // What its owner takes along is accounted for by the owner's record.
        bool IsKnown(string id) => recorded.Contains(id) || _retained.Contains(id) || _unclaimed.Contains(id) || (_cloud.Objects.TryGetValue(id, out var inputs) && inputs.FindText("ownedBy") is { } owner && IsKnown(owner));
        foreach (var id in _cloud.Objects.Keys.Where(id => id != RandomProgram.ReadId))
        {
            Require(IsKnown(id), $"{id} is orphaned");
        }

        foreach (var resource in _state.Resources.Where(resource => resource is { Custom: true, External: false, PendingReplacement: false, DeletedWith: null } && !ProviderReference.IsProviderType(resource.Type)))
        {
            Require(
                _cloud.Objects.ContainsKey(resource.Id!) || _state.PendingOperations.Any(operation => operation.Resource.Urn == resource.Urn),
                $"{resource.Urn.Name} is in the state as {resource.Id}, but does not exist");
        }
    }

    private enum End
    {
        None,
        KillBefore,
        KillAfter,
        Cancel,
    }

    private sealed class Runner(RandomProgram program) : IProgramRunner
    {
        public bool HasEnded { get; set; }

        public async Task RunAsync(UpdateOptions options, ResolvedConfig config, bool preview, Registrar registrar, UpdateControl control, EventStream events)
        {
            await program.PlayAsync(options, registrar);
            await control.IdleAsync();
            HasEnded = true;
        }
    }

    private sealed record Outcome(bool Succeeded, Told Told)
    {
        public IReadOnlyList<string> Errors => Told.Errors;

        public IReadOnlyList<string> Steps { get; } = [.. Told.Steps.Order(StringComparer.Ordinal)];
    }

    private sealed class Told : IProgress<EngineEvent>
    {
        public List<string> Steps { get; } = [];

        public List<string> Errors { get; } = [];

        public void Report(EngineEvent value)
        {
            switch (value)
            {
                case StepSucceeded { Step: var step }:
                    Steps.Add($"{step.Kind} {step.Urn.Name}");
                    break;
                case Diagnostic { Severity: DiagnosticSeverity.Error } error:
                    Errors.Add(error.Message);
                    break;
            }
        }
    }
}
