using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Engine;
using Scalelab.Engine.Events;

namespace Scalelab.Cli.Output;

/// <summary>Collects an update and prints it as one JSON document, in the shape of <c>pulumi preview --json</c> (pkg/display, PreviewDigest).</summary>
internal sealed class PreviewDigest(Terminal terminal) : IProgress<EngineEvent>
{
    private const long NanosecondsPerTick = 100;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 4, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonArray _steps = [];
    private readonly JsonArray _diagnostics = [];

    public void Report(EngineEvent value)
    {
        switch (value)
        {
            case StepSucceeded { Step: var step } when IsShown(step):
                _steps.Add((JsonNode)Describe(step));
                break;
            case Diagnostic { Severity: not DiagnosticSeverity.Debug } diagnostic:
                _diagnostics.Add((JsonNode)Describe(diagnostic));
                break;
            case PolicyViolated violation:
                _diagnostics.Add((JsonNode)Describe(violation.ToDiagnostic()));
                break;
        }
    }

    public void Finish(UpdateResult result)
    {
        var digest = new JsonObject();
        if (_steps.Count > 0)
        {
            digest["steps"] = _steps;
        }

        if (_diagnostics.Count > 0)
        {
            digest["diagnostics"] = _diagnostics;
        }

        digest["duration"] = result.Duration.Ticks * NanosecondsPerTick;
        digest["changeSummary"] = new JsonObject(result.Counts
            .Where(count => count.Value > 0 && count.Key != StepKind.DeleteReplaced)
            .Select(count => KeyValuePair.Create(Operation(count.Key), (JsonNode?)JsonValue.Create(count.Value))));
        terminal.Output.WriteLine(digest.ToJsonString(Indented));
        terminal.Output.Flush();
    }

    // As the CLI: what stays as it is, and the old halves of replacements, only on request; the stack always.
    private static bool IsShown(Step step) => step.Urn.Type == Urn.StackType || step.Kind is not (StepKind.Same or StepKind.DeleteReplaced);

    private static string Operation(StepKind kind) => kind switch
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

    private static JsonObject Describe(Step step)
    {
        var json = new JsonObject { ["op"] = Operation(step.Kind), ["urn"] = step.Urn.Value };
        if ((step.New ?? step.Old)?.Provider is { Length: > 0 } provider)
        {
            json["provider"] = provider;
        }

        if (step.Old is { } old)
        {
            json["oldState"] = old.ToJson();
        }

        if (step.New is { } @new)
        {
            json["newState"] = @new.ToJson();
        }

        AddReasons(json, "diffReasons", step.Changes.Select(change => change.Path.Split('.', '[')[0]).Distinct());
        AddReasons(json, "replaceReasons", step.Changes.Where(change => change.ForcesReplacement).Select(change => change.Path));
        json["detailedDiff"] = step.Changes.Count == 0 ? null : new JsonObject(step.Changes.DistinctBy(change => change.Path).Select(change => KeyValuePair.Create(
            change.Path,
            (JsonNode?)new JsonObject { ["kind"] = KindOf(change), ["inputDiff"] = change.IsInputDiff })));
        return json;
    }

    private static void AddReasons(JsonObject json, string name, IEnumerable<string> reasons)
    {
        var list = new JsonArray([.. reasons.Select(reason => (JsonNode)reason)]);
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

    private static JsonObject Describe(Diagnostic diagnostic)
    {
        var json = new JsonObject();
        if (diagnostic.Urn is { } urn)
        {
            json["urn"] = urn.Value;
        }

        json["message"] = $"{diagnostic.Message}\n";
        json["severity"] = diagnostic.Severity switch
        {
            DiagnosticSeverity.Error => "error",
            DiagnosticSeverity.Warning => "warning",
            _ => "info",
        };
        return json;
    }
}
