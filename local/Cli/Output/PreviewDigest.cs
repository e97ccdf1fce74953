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
    private JsonObject _config = [];

    public void Report(EngineEvent value)
    {
        switch (value)
        {
            case Prelude prelude:
                _config = EventLines.ConfigOf(prelude);
                break;
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
        if (_config.Count > 0)
        {
            digest["config"] = _config;
        }

        if (_steps.Count > 0)
        {
            digest["steps"] = _steps;
        }

        if (_diagnostics.Count > 0)
        {
            digest["diagnostics"] = _diagnostics;
        }

        digest["duration"] = result.Duration.Ticks * NanosecondsPerTick;
        digest["changeSummary"] = StepJson.Summary(result.Counts);
        terminal.Output.WriteLine(digest.ToJsonString(Indented));
        terminal.Output.Flush();
    }

    // As the CLI: what stays as it is, and the old halves of replacements, only on request; the stack always.
    private static bool IsShown(Step step) => step.Urn.Type == Urn.StackType || step.Kind is not (StepKind.Same or StepKind.DeleteReplaced);

    private static JsonObject Describe(Step step)
    {
        var json = new JsonObject { ["op"] = StepJson.Operation(step.Kind), ["urn"] = step.Urn.Value };
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

        StepJson.AddDiffs(json, "diffReasons", step);
        StepJson.AddReplaceKeys(json, "replaceReasons", step);
        json["detailedDiff"] = StepJson.DetailedDiff(step, "kind");
        return json;
    }

    private static JsonObject Describe(Diagnostic diagnostic)
    {
        var json = new JsonObject();
        if (diagnostic.Urn is { } urn)
        {
            json["urn"] = urn.Value;
        }

        json["message"] = $"{StepJson.Prefix(diagnostic.Severity)}{diagnostic.Message}\n";
        json["severity"] = StepJson.Severity(diagnostic.Severity);
        return json;
    }
}
