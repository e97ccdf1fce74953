using Scalelab.Engine.Events;

namespace Scalelab.Engine.Tests.Support;

/// <summary>Keeps every event.</summary>
internal sealed class EventLog : IProgress<EngineEvent>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly List<EngineEvent> _events = [];
    private readonly List<(Func<EngineEvent, bool> Matches, TaskCompletionSource Seen)> _waiting = [];

    /// <summary>Called for each step that succeeded, after it was recorded.</summary>
    public Action<Step>? AtStep { get; init; }

    public IReadOnlyList<EngineEvent> All
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>The steps that succeeded, in order, as "Create a".</summary>
    public IReadOnlyList<string> Steps => [.. All.OfType<StepSucceeded>().Select(done => $"{done.Step.Kind} {done.Step.Urn.Name}")];

    /// <summary>What the steps that did something changed, as "Update a: size 1 => 2; Delete b".</summary>
    public IReadOnlyList<string> Changes =>
    [
        .. All.OfType<StepSucceeded>().Where(done => done.Step.Kind != StepKind.Same).Select(done =>
            $"{done.Step.Kind} {done.Step.Urn.Name}{(done.Step.Changes.Count > 0 ? ": " : "")}{string.Join(", ", done.Step.Changes.Select(Describe))}"),
    ];

    public IReadOnlyList<string> Warnings => [.. All.OfType<Diagnostic>().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Warning).Select(diagnostic => diagnostic.Message)];

    public IReadOnlyList<string> Errors => [.. All.OfType<Diagnostic>().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.Message)];

    /// <summary>Returns when an event that matches has been reported.</summary>
    public Task WaitForAsync(Func<EngineEvent, bool> matches)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_events)
        {
            if (_events.Any(matches))
            {
                return Task.CompletedTask;
            }

            _waiting.Add((matches, seen));
        }

        return seen.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken);
    }

    public void Report(EngineEvent value)
    {
        if (value is StepSucceeded { Step: var step })
        {
            AtStep?.Invoke(step);
        }

        lock (_events)
        {
            _events.Add(value);
            foreach (var (_, seen) in _waiting.Where(waiting => waiting.Matches(value)))
            {
                seen.TrySetResult();
            }
        }
    }

    private static string Describe(PropertyChange change)
    {
        var text = change.Kind switch
        {
            PropertyChangeKind.Add => $"+{change.Path} {change.New?.ToJsonString()}",
            PropertyChangeKind.Delete => $"-{change.Path} {change.Old?.ToJsonString()}",
            _ => $"{change.Path} {change.Old?.ToJsonString()} => {change.New?.ToJsonString()}",
        };
        return change.ForcesReplacement ? $"{text} (!)" : text;
    }
}
