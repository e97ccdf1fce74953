using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Scalelab.Engine;
using Scalelab.Engine.Events;

namespace Scalelab.Cli.Output;

/// <summary>Collects a preview and prints it as a comment for a pull request: a line of counts, and each change folded away.</summary>
/// <remarks>Values come from programs and clusters: they are escaped, so that none can break out of its place or bring markup of its own.</remarks>
internal sealed class MarkdownReport(Terminal terminal, string stack) : IProgress<EngineEvent>
{
    // GitHub refuses comments of more than 65,536 characters.
    private const int Longest = 60_000;
    private const int LongestValue = 200;

    private readonly List<Step> _steps = [];
    private readonly List<Diagnostic> _diagnostics = [];

    public void Report(EngineEvent value)
    {
        switch (value)
        {
            case StepSucceeded { Step: { Kind: not StepKind.Same } step }:
                _steps.Add(step);
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
        foreach (var diagnostic in _diagnostics)
        {
            text.Append(CultureInfo.InvariantCulture, $"- **{(diagnostic.Severity == DiagnosticSeverity.Error ? "error" : "warning")}** <code>{Escape(diagnostic.Message)}</code>\n");
        }

        foreach (var step in _steps)
        {
            var part = Describe(step);
            if (text.Length + part.Length > Longest)
            {
                text.Append("\nMore than fits into a comment: run the preview to see the rest.\n");
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
            return "failed";
        }

        var counts = new[] { StepKind.Create, StepKind.Update, StepKind.Replace, StepKind.Delete, StepKind.Import }
            .Where(kind => result.Counts.GetValueOrDefault(kind) > 0)
            .Select(kind => $"{result.Counts[kind]} to {StepWords.Imperative(kind)}");
        return string.Join(", ", counts.DefaultIfEmpty("no changes"));
    }

    private static string Describe(Step step)
    {
        var text = new StringBuilder();
        var replaced = step.ReplaceReason is { } reason ? $" ({Escape(reason)})" : "";
        text.Append(CultureInfo.InvariantCulture, $"<details><summary><code>{StepWords.Symbol(step.Kind)} {StepWords.Imperative(step.Kind)}</code> <code>{Escape(step.Urn.Type)}</code> <b>{Escape(step.Urn.Name)}</b>{replaced}</summary>\n<pre>");
        foreach (var change in step.Changes)
        {
            var (symbol, values) = change.Kind switch
            {
                PropertyChangeKind.Add => ("+", Value(change.New)),
                PropertyChangeKind.Delete => ("-", Value(change.Old)),
                _ => ("~", $"{Value(change.Old)} =&gt; {Value(change.New)}"),
            };
            text.Append(CultureInfo.InvariantCulture, $"{symbol} {Escape(change.Path)}: {values}{(change.ForcesReplacement ? " (forces replacement)" : "")}\n");
        }

        return text.Append("</pre></details>\n").ToString();
    }

    private static string Value(JsonNode? value)
    {
        var text = value?.ToJsonString() ?? "null";
        return Escape(text.Length <= LongestValue ? text : $"{text[..(LongestValue - 1)]}…");
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
