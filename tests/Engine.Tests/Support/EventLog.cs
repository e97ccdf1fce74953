using Scalelab.Engine.Events;

namespace Scalelab.Engine.Tests.Support;

/// <summary>Keeps every event.</summary>
internal sealed class EventLog : IProgress<EngineEvent>
{
    private readonly List<EngineEvent> _events = [];

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

    public IReadOnlyList<string> Errors => [.. All.OfType<Diagnostic>().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.Message)];

    public void Report(EngineEvent value)
    {
        lock (_events)
        {
            _events.Add(value);
        }
    }
}
