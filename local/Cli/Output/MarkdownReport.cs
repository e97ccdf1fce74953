using System.Globalization;
using System.Text;
using Scalelab.Engine;
using Scalelab.Engine.Events;

namespace Scalelab.Cli.Output;

/// <summary>Collects a preview and prints it as a comment for a pull request: a line of counts, what went wrong, and each change folded away.</summary>
/// <remarks>Values come from programs and clusters: they are escaped, so that none can break out of its place or bring markup of its own.</remarks>
internal sealed class MarkdownReport(Terminal terminal, string stack) : IProgress<EngineEvent>
{
    /// <summary>GitHub refuses comments of more than 65,536 characters; the rest is for what a workflow may add.</summary>
    public const int Longest = 60_000;

    private const int LongestValue = 160;
    private const int LongestLine = 500;
    private const int LongestMessage = 2_000;
    private const int MostLines = 100;
    private const string TooLong = "\nMore than fits into a comment: run the preview to see the rest.\n";

    private readonly ResourceTree _tree = new();
    private readonly List<Diagnostic> _diagnostics = [];

    public void Report(EngineEvent value)
    {
        switch (value)
        {
            case StepSucceeded { Step: var step }:
                _tree.Add(step);
                break;
            case Diagnostic { Severity: DiagnosticSeverity.Error or DiagnosticSeverity.Warning } diagnostic:
                _diagnostics.Add(diagnostic);
                break;
            case PolicyViolated violation:
                _diagnostics.Add(violation.ToDiagnostic());
                break;
        }
    }

    public void Finish(UpdateResult result)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"### Preview of <code>{Escape(stack)}</code>: {Summary(result)}\n\n");
        var parts = _diagnostics
            // Errors before warnings: they must fit.
            .OrderByDescending(diagnostic => diagnostic.Severity).Select(Describe)
            .Concat(_tree.Rows().Where(row => row.Step.Kind != StepKind.Same).Select(Describe))
            .Append(Outputs(result));
        foreach (var part in parts)
        {
            if (text.Length + part.Length > Longest - TooLong.Length)
            {
                text.Append(TooLong);
                break;
            }

            text.Append(part);
        }

        terminal.Output.Write(text);
        terminal.Output.Flush();
    }

    private static string Summary(UpdateResult result)
    {
        if (!result.Succeeded)
        {
            return result.Violations.Count > 0 ? $"failed, {PolicyText.Counts(result.Violations)}" : "failed";
        }

        var counts = new[] { StepKind.Create, StepKind.Update, StepKind.Replace, StepKind.Delete, StepKind.Import }
            .Where(kind => result.Counts.GetValueOrDefault(kind) > 0)
            .Select(kind => $"{result.Counts[kind]} to {StepWords.Imperative(kind)}");
        var unchanged = result.Counts.GetValueOrDefault(StepKind.Same) is var same and > 0 ? $", {same} unchanged" : "";
        return $"{string.Join(", ", counts.DefaultIfEmpty("no changes"))}{unchanged}";
    }

    private static string Describe(Diagnostic diagnostic)
    {
        var subject = diagnostic.Urn is { } urn && urn.Type != Urn.StackType ? $" <code>{Escape(urn.Type)}</code> <b>{Escape(urn.Name)}</b>" : "";
        var lines = ChangeText.Shorten(diagnostic.Message.TrimEnd(), LongestMessage).ReplaceLineEndings("\n").Split('\n').Select(Escape);
        return $"- **{StepJson.Severity(diagnostic.Severity)}**{subject} {string.Join("<br>", lines)}\n";
    }

    private static string Describe(TreeRow row)
    {
        var step = row.Step;
        var reason = step.ReplaceReason is { } why ? $" ({Escape(why)})" : row.DeletesFirst ? " (the old one goes first)" : "";
        var summary = $"<code>{StepWords.Symbol(step.Kind)} {StepWords.Imperative(step.Kind)}</code> <code>{Escape(step.Urn.Type)}</code> <b>{Escape(step.Urn.Name)}</b>{reason}";
        return Fold(summary, ChangeText.Lines(step.Changes, LongestValue).Select(change => change.ToString()));
    }

    private static string Outputs(UpdateResult result)
    {
        string[] lines = [.. OutputText.ChangedLines(result.PreviousOutputs, result.Outputs, LongestValue).Where(line => !line.StartsWith(' '))];
        return lines.Length == 0 ? "" : Fold("Outputs", lines);
    }

    // What has nothing to unfold is no fold.
    private static string Fold(string summary, IEnumerable<string> lines)
    {
        string[] all = [.. lines];
        var more = all.Length > MostLines ? $"and {all.Length - MostLines} more\n" : "";
        var body = string.Concat(all.Take(MostLines).Select(line => $"{Escape(ChangeText.Shorten(line, LongestLine))}\n")) + more;
        return body.Length == 0 ? $"{summary}<br>\n" : $"<details><summary>{summary}</summary>\n<pre>{body}</pre></details>\n";
    }

    // Inside HTML, only entities are safe from both languages; a line break would end the block and let markdown begin, and an @ would call people.
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text.ReplaceLineEndings(" "))
        {
            _ = char.IsAsciiLetterOrDigit(character) || character is ' ' or '.' or '/' or ':' or '-' or ',' || character > 127
                ? escaped.Append(character)
                : escaped.Append(CultureInfo.InvariantCulture, $"&#{(int)character};");
        }

        return escaped.ToString();
    }
}
