using Scalelab.Engine.Events;
using Scalelab.Engine.Secrets;

namespace Scalelab.Engine.Updates;

/// <summary>Passes events on one at a time, with secrets blotted out, and keeps count.</summary>
internal sealed class EventStream(IProgress<EngineEvent> sink, SecretMask mask) : IProgress<EngineEvent>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<StepKind, int> _counts = [];
    private readonly List<PolicyViolated> _violations = [];
    private bool _hasErrors;

    public bool HasErrors
    {
        get
        {
            lock (_lock)
            {
                return _hasErrors;
            }
        }
    }

    public IReadOnlyDictionary<StepKind, int> Counts
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<StepKind, int>(_counts);
            }
        }
    }

    /// <summary>What policies found.</summary>
    public IReadOnlyList<PolicyViolated> Violations
    {
        get
        {
            lock (_lock)
            {
                return [.. _violations];
            }
        }
    }

    public void Report(EngineEvent value)
    {
        lock (_lock)
        {
            switch (value)
            {
                case StepSucceeded { Step.Kind: var kind }:
                    _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
                    break;
                case StepFailed failed:
                    value = failed with { Message = mask.Apply(failed.Message) };
                    break;
                case Progress progress:
                    value = progress with { Message = mask.Apply(progress.Message) };
                    break;
                case Diagnostic diagnostic:
                    _hasErrors |= diagnostic.Severity == DiagnosticSeverity.Error;
                    value = diagnostic with { Message = mask.Apply(diagnostic.Message.TrimEnd()) };
                    break;
                case PolicyViolated violation:
                    _hasErrors |= violation.Level == PolicyLevel.Mandatory;
                    value = violation = violation with { Message = mask.Apply(violation.Message.TrimEnd()) };
                    _violations.Add(violation);
                    break;
            }

            sink.Report(value);
        }
    }

    public void Info(string message, Urn? urn = null) => Report(new Diagnostic(DiagnosticSeverity.Info, message, urn));

    public void Warning(string message, Urn? urn = null) => Report(new Diagnostic(DiagnosticSeverity.Warning, message, urn));

    public void Error(string message, Urn? urn = null) => Report(new Diagnostic(DiagnosticSeverity.Error, message, urn));
}
