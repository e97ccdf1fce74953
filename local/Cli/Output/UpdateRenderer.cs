using Scalelab.Engine;
using Scalelab.Engine.Events;

namespace Scalelab.Cli.Output;

/// <summary>Shows an update while it runs: a line for each finished step and, below, what the running steps wait for. On a terminal those lines are
/// redrawn in place; elsewhere a plain line is printed when the reason changes, not more often than every few seconds. A preview, which is over
/// soon, shows its steps at the end instead, as a tree.</summary>
internal sealed class UpdateRenderer : IProgress<EngineEvent>, IDisposable
{
    private const int MaxLiveLines = 12;
    private const int MaxChanges = 12;
    private const int LongestValue = 72;
    private const int VerbWidth = 9;

    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<Urn, RunningStep> _running = [];
    private readonly ResourceTree _tree = new();
    private readonly Terminal _terminal;
    private readonly TimeProvider _time;
    private readonly UpdateKind _kind;
    private readonly bool _isVerbose;
    private readonly LiveLines _live;
    private readonly ITimer _timer;
    private int _errors;
    private int _looked;
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
                case StepSucceeded { Step: var step } when _kind == UpdateKind.Preview:
                    _tree.Add(step);
                    _looked++;
                    break;
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
        PrintTree();
        PrintOutputs(result);

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

    private void PrintTree()
    {
        var rows = _tree.Rows();
        var width = rows.Select(row => row.Branch.Length + Describe(row.Step.Urn).Length).DefaultIfEmpty().Max();
        foreach (var row in rows)
        {
            var (kind, style) = (row.Step.Kind, StepWords.Style(row.Step.Kind));
            var name = $"{row.Branch}{Describe(row.Step.Urn)}";
            Print(kind == StepKind.Same
                ? $"{"",4} {_terminal.Paint(TextStyle.Dim, name)}"
                : $"{_terminal.Paint(style, $"{StepWords.Symbol(kind),4}")} {name.PadRight(width)}  {_terminal.Paint(style, $"{StepWords.Imperative(kind)}{(row.DeletesFirst ? ", the old one goes first" : "")}")}");
            PrintChanges(row.Step, $"     {row.Below}");
        }
    }

    private void PrintOutputs(UpdateResult result)
    {
        string[] lines = _kind == UpdateKind.Preview
            ? [.. OutputText.ChangedLines(result.PreviousOutputs, result.Outputs, LongestValue)]
            : [.. OutputText.Lines(result.Outputs, showSecrets: false)];
        if (lines.Length == 0)
        {
            return;
        }

        _terminal.Output.WriteLine();
        _terminal.Output.WriteLine(_terminal.Paint(TextStyle.Bold, "Outputs"));
        foreach (var line in lines)
        {
            _terminal.Output.WriteLine($"  {line}");
        }
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

        var verb = StepWords.Past(step.Kind);
        var elapsed = duration < TimeSpan.FromMilliseconds(100) ? "" : $" ({Durations.Format(duration)})";
        Print($"{_terminal.Paint(StepWords.Style(step.Kind), $"{StepWords.Symbol(step.Kind),4} {verb,-VerbWidth}")} {Describe(step.Urn)}{_terminal.Paint(TextStyle.Dim, elapsed)}");
        PrintChanges(step, "         ");
    }

    private void PrintChanges(Step step, string indent)
    {
        if (step.ReplaceReason is { } reason)
        {
            Print($"{indent}because {reason}");
        }

        ChangeLine[] changes = [.. ChangeText.Lines(step.Changes, LongestValue)];
        foreach (var change in changes.Take(MaxChanges))
        {
            Print($"{indent}{change}");
        }

        if (changes.Length > MaxChanges)
        {
            Print($"{indent}and {changes.Length - MaxChanges} more");
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
            _live.Show(_kind == UpdateKind.Preview
                ? [$"{"..",4} {_looked} resource{(_looked == 1 ? "" : "s")} looked at"]
                : [.. _running.Values.Take(MaxLiveLines).Select(Waiting)]);
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
