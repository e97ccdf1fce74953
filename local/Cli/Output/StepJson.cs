using System.Text.Json.Nodes;
using Scalelab.Engine.Events;

namespace Scalelab.Cli.Output;

/// <summary>The words that the CLI's JSON has for steps, changes and messages (sdk/go/common/apitype and pkg/backend/display).</summary>
internal static class StepJson
{
    public static string Operation(StepKind kind) => kind switch
    {
        StepKind.Same => "same",
        StepKind.Create => "create",
        StepKind.Update => "update",
        StepKind.Replace => "replace",
        StepKind.DeleteReplaced => "delete-replaced",
        StepKind.Delete or StepKind.Forget => "delete",
        StepKind.Read => "read",
        StepKind.Refresh => "refresh",
        _ => "import",
    };

    /// <summary>The step counts; halves of replacements are no changes of their own.</summary>
    public static JsonObject Summary(IReadOnlyDictionary<StepKind, int> counts)
    {
        var summary = new JsonObject();
        foreach (var (kind, count) in counts.Where(count => count.Value > 0 && count.Key != StepKind.DeleteReplaced))
        {
            // Two kinds may share a word.
            summary[Operation(kind)] = (summary[Operation(kind)]?.GetValue<int>() ?? 0) + count;
        }

        return summary;
    }

    /// <summary>Adds the properties that differ, by their first names, where there are any.</summary>
    public static void AddDiffs(JsonObject json, string name, Step step) =>
        AddNames(json, name, step.Changes.Select(change => change.Path.Split('.', '[')[0]).Distinct());

    /// <summary>Adds the properties that force a replacement, where there are any.</summary>
    public static void AddReplaceKeys(JsonObject json, string name, Step step) =>
        AddNames(json, name, step.Changes.Where(change => change.ForcesReplacement).Select(change => change.Path));

    /// <summary>Every change by its path; null where there are none.</summary>
    /// <param name="step">The step.</param>
    /// <param name="kind">How the key for the kind of a change is called, which differs between previews and events.</param>
    public static JsonObject? DetailedDiff(Step step, string kind) => step.Changes.Count == 0 ? null : new JsonObject(
        step.Changes.DistinctBy(change => change.Path).Select(change => KeyValuePair.Create(
            change.Path,
            (JsonNode?)new JsonObject { [kind] = KindOf(change), ["inputDiff"] = change.IsInputDiff })));

    public static string Severity(DiagnosticSeverity severity) => severity switch
    {
        DiagnosticSeverity.Error => "error",
        DiagnosticSeverity.Warning => "warning",
        DiagnosticSeverity.Debug => "debug",
        _ => "info",
    };

    /// <summary>What stands before a message, as <c>error: </c>.</summary>
    public static string Prefix(DiagnosticSeverity severity) => severity == DiagnosticSeverity.Info ? "" : $"{Severity(severity)}: ";

    private static void AddNames(JsonObject json, string name, IEnumerable<string> names)
    {
        var list = new JsonArray([.. names.Select(item => (JsonNode)item)]);
        if (list.Count > 0)
        {
            json[name] = list;
        }
    }

    private static string KindOf(PropertyChange change)
    {
        var kind = change.Kind switch
        {
            PropertyChangeKind.Add => "add",
            PropertyChangeKind.Delete => "delete",
            _ => "update",
        };
        return change.ForcesReplacement ? $"{kind}-replace" : kind;
    }
}
