using System.Text.Json.Nodes;
using Scalelab.Engine;
using Scalelab.Engine.Events;

namespace Scalelab.Cli.Output;

/// <summary>Shows an update while it runs: a line for each finished step and, below, what the running steps wait for. On a terminal those lines are
/// redrawn in place; elsewhere a plain line is printed when the reason changes, not more often than every few seconds.</summary>
internal sealed class UpdateRenderer : IProgress<EngineEvent>, IDisposable
{
    private const int MaxLiveLines = 12;
    private const int MaxChanges = 12;
    private const int MaxValueLength = 72;
    private const int VerbWidth = 9;

    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<Urn, RunningStep> _running = [];
    private readonly Terminal _terminal;
    private readonly TimeProvider _time;
    private readonly UpdateKind _kind;
    private readonly bool _isVerbose;
    private readonly LiveLines _live;
    private readonly ITimer _timer;
    private int _errors;
    private bool _isDone;

    public UpdateRenderer(Terminal terminal, TimeProvider time, UpdateKind kind, string stack, bool isVerbose = false)
    {
        _terminal = terminal;
        _time = time;
        _kind = kind;
        _isVerbose = isVerbose;
        _live = new LiveLines(terminal);
        terminal.Output.WriteLine(terminal.Paint(TextStyle.Bold, $"{StepWords.Title(kind)} {stack}"));
        var interval = terminal.IsInteractive ? RedrawInterval : PlainInterval;
        _timer = time.CreateTimer(static state => ((UpdateRenderer)state!).OnTick(), this, interval, interval);
    }

    public void Report(EngineEvent value)
    {
        lock (_lock)
        {
            if (_isDone)
            {
                return;
            }

            switch (value)
            {
                case StepStarted { Step.Kind: not StepKind.Same } started when _kind != UpdateKind.Preview:
                    _running[started.Step.Urn] = new RunningStep(started.Step, _time.GetTimestamp());
                    break;
                case StepSucceeded succeeded:
                    _running.Remove(succeeded.Step.Urn);
                    PrintStep(succeeded.Step, succeeded.Duration);
                    break;
                case StepFailed failed:
                    _running.Remove(failed.Step.Urn);
                    Print(_terminal.Paint(TextStyle.Red, $"{"x",4} {"failed",-VerbWidth} {Describe(failed.Step.Urn)} ({Durations.Format(failed.Duration)})"));
                    break;
                case Progress progress when _running.TryGetValue(progress.Urn, out var step):
                    step.Message = progress.Message;
                    break;
                case Diagnostic diagnostic:
                    PrintDiagnostic(diagnostic);
                    break;
                case PolicyViolated violation:
                    PrintDiagnostic(violation.ToDiagnostic());
                    break;
            }

            Redraw();
        }
    }

    /// <summary>Prints outputs, counts and duration.</summary>
    /// <param name="result">How it ended.</param>
    /// <param name="isInterrupted">The user ended it; that is then the reason, whatever else was reported.</param>
    public void Finish(UpdateResult result, bool isInterrupted = false)
    {
        Dispose();
        var output = _terminal.Output;
        if (result.Outputs.Count > 0)
        {
            output.WriteLine();
            output.WriteLine(_terminal.Paint(TextStyle.Bold, "Outputs"));
            foreach (var line in OutputText.Lines(result.Outputs, showSecrets: false))
            {
                output.WriteLine($"  {line}");
            }
        }

        output.WriteLine();
        output.WriteLine($"{_terminal.Paint(TextStyle.Bold, "Resources:")} {string.Join(", ", Counts(result))}");
        if (result.Violations.Count > 0)
        {
            output.WriteLine($"{_terminal.Paint(TextStyle.Bold, "Policies:")} {PolicyText.Counts(result.Violations)}");
        }

        output.WriteLine($"{_terminal.Paint(TextStyle.Bold, "Duration:")} {Durations.Format(result.Duration)}");
        if (!result.Succeeded && !isInterrupted)
        {
            output.WriteLine(_terminal.Paint(TextStyle.Red, _errors == 1 ? "Failed: the error is above." : $"Failed: {_errors} errors, see above."));
        }

        output.Flush();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDone = true;
            _timer.Dispose();
            _live.Erase();
        }
    }

    private static string Describe(Urn urn) => $"{urn.Type} {urn.Name}";

    private static string Shorten(string text) => text.Length <= MaxValueLength ? text : $"{text[..(MaxValueLength - 1)]}…";

    private static string ValueText(JsonNode? value) => Shorten(value?.ToJsonString() ?? "null");

    // Each value is cut by itself, so that of a long change both sides stay visible.
    private static string ChangeText(PropertyChange change)
    {
        var text = change.Kind switch
        {
            PropertyChangeKind.Add => $"+ {change.Path}: {ValueText(change.New)}",
            PropertyChangeKind.Delete => $"- {change.Path}: {ValueText(change.Old)}",
            _ => $"~ {change.Path}: {ValueText(change.Old)} => {ValueText(change.New)}",
        };
        return change.ForcesReplacement ? $"{text} (forces replacement)" : text;
    }

    private IEnumerable<string> Counts(UpdateResult result)
    {
        var isPreview = _kind == UpdateKind.Preview;
        foreach (var kind in new[] { StepKind.Create, StepKind.Update, StepKind.Replace, StepKind.Delete, StepKind.Read, StepKind.Import, StepKind.Refresh, StepKind.Forget })
        {
            if (result.Counts.GetValueOrDefault(kind) is var count and > 0)
            {
                var verb = isPreview ? $"to {StepWords.Imperative(kind)}" : StepWords.Past(kind);
                yield return _terminal.Paint(StepWords.Style(kind), $"{StepWords.Symbol(kind)} {count} {verb}");
            }
        }

        if (!result.HasChanges)
        {
            yield return result.Succeeded ? "no changes" : "nothing done";
        }

        if (result.Counts.GetValueOrDefault(StepKind.Same) is var same and > 0)
        {
            yield return $"{same} unchanged";
        }
    }

    private void PrintStep(Step step, TimeSpan duration)
    {
        if (step.Kind == StepKind.Same)
        {
            return;
        }

        var isPreview = _kind == UpdateKind.Preview;
        var verb = isPreview ? StepWords.Imperative(step.Kind) : StepWords.Past(step.Kind);
        var elapsed = isPreview || duration < TimeSpan.FromMilliseconds(100) ? "" : $" ({Durations.Format(duration)})";
        Print($"{_terminal.Paint(StepWords.Style(step.Kind), $"{StepWords.Symbol(step.Kind),4} {verb,-VerbWidth}")} {Describe(step.Urn)}{_terminal.Paint(TextStyle.Dim, elapsed)}");
        if (step.ReplaceReason is { } reason)
        {
            Print($"         because {reason}");
        }

        foreach (var change in step.Changes.Take(MaxChanges))
        {
            Print($"         {ChangeText(change)}");
        }

        if (step.Changes.Count > MaxChanges)
        {
            Print($"         and {step.Changes.Count - MaxChanges} more changes");
        }
    }

    private void PrintDiagnostic(Diagnostic diagnostic)
    {
        if (diagnostic.Severity == DiagnosticSeverity.Debug && !_isVerbose)
        {
            return;
        }

        var isError = diagnostic.Severity == DiagnosticSeverity.Error;
        var (label, style) = diagnostic.Severity switch
        {
            DiagnosticSeverity.Error => ("error: ", TextStyle.Red),
            DiagnosticSeverity.Warning => ("warning: ", TextStyle.Yellow),
            DiagnosticSeverity.Debug => ("debug: ", TextStyle.Dim),
            _ => ("", TextStyle.Plain),
        };
        _errors += isError ? 1 : 0;
        var subject = diagnostic.Urn is { } urn && urn.Type != Urn.StackType ? $"{Describe(urn)}: " : "";
        var lines = diagnostic.Message.TrimEnd().ReplaceLineEndings("\n").Split('\n');
        label = isError ? _terminal.PaintError(style, label) : _terminal.Paint(style, label);
        _live.Erase();
        _terminal.Output.Flush();
        var writer = isError ? _terminal.Error : _terminal.Output;
        writer.WriteLine($"     {label}{subject}{lines[0]}");
        foreach (var line in lines.Skip(1))
        {
            writer.WriteLine($"       {line}");
        }
    }

    private void Print(string line)
    {
        _live.Erase();
        _terminal.Output.WriteLine(line);
    }

    private void OnTick()
    {
        lock (_lock)
        {
            if (_isDone)
            {
                return;
            }

            if (_terminal.IsInteractive)
            {
                Redraw();
                return;
            }

            // One line a tick and step, and only for news: logs of a build server are read later, by scrolling.
            foreach (var step in _running.Values.Where(step => step.Message.Length > 0 && step.Message != step.Printed))
            {
                step.Printed = step.Message;
                Print(Waiting(step));
            }

            _terminal.Output.Flush();
        }
    }

    private void Redraw()
    {
        if (_terminal.IsInteractive)
        {
            _live.Show([.. _running.Values.Take(MaxLiveLines).Select(Waiting)]);
        }
    }

    private string Waiting(RunningStep step)
    {
        var message = step.Message.Length == 0 ? "" : $": {step.Message.ReplaceLineEndings(" ")}";
        return $"{"..",4} {StepWords.Present(step.Step.Kind),-VerbWidth} {Describe(step.Step.Urn)} ({Durations.Format(_time.GetElapsedTime(step.Started))}){message}";
    }

    private sealed class RunningStep(Step step, long started)
    {
        public Step Step { get; } = step;

        public long Started { get; } = started;

        public string Message { get; set; } = "";

        public string Printed { get; set; } = "";
    }
}
