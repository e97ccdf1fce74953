using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Engine;
using Scalelab.Engine.Events;

namespace Scalelab.Cli.Output;

/// <summary>Prints an update as it runs, one JSON object a line, in the shape of <c>pulumi up --json</c> (apitype.EngineEvent).</summary>
internal sealed class EventLines(Terminal terminal, TimeProvider time) : IProgress<EngineEvent>
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The half of a replacement that makes the new resource; the replacement itself is a step in name only.</summary>
    private const string CreateReplacement = "create-replacement";

    private readonly HashSet<Urn> _deletedFirst = [];
    private int _sequence;

    public void Report(EngineEvent value)
    {
        switch (value)
        {
            case Prelude prelude:
                Write("preludeEvent", new JsonObject { ["config"] = ConfigOf(prelude) });
                break;
            case StepStarted { Step: { Kind: StepKind.Replace } step }:
                WriteReplacement(step, isDue: _deletedFirst.Contains(step.Urn));
                Write("resourcePreEvent", new JsonObject { ["metadata"] = Describe(step, CreateReplacement) });
                break;
            case StepStarted { Step: var step }:
                Write("resourcePreEvent", new JsonObject { ["metadata"] = Describe(step) });
                break;
            case StepSucceeded { Step: { Kind: StepKind.Replace } step }:
                Write("resOutputsEvent", new JsonObject { ["metadata"] = Describe(step, CreateReplacement) });
                WriteReplacement(step, isDue: !_deletedFirst.Contains(step.Urn));
                break;
            case StepSucceeded { Step: var step }:
                Write("resOutputsEvent", new JsonObject { ["metadata"] = Describe(step) });
                _ = step.Kind == StepKind.DeleteReplaced && _deletedFirst.Add(step.Urn);
                break;
            case StepFailed { Step: var step }:
                Write("resOpFailedEvent", new JsonObject { ["metadata"] = Describe(step, step.Kind == StepKind.Replace ? CreateReplacement : null), ["status"] = 0, ["steps"] = 0 });
                break;
            case Diagnostic diagnostic:
                Write("diagnosticEvent", Describe(diagnostic));
                break;
            case PolicyViolated violation:
                Write("policyEvent", Describe(violation));
                break;
            case Summary { Result: var result }:
                Write("summaryEvent", Describe(result));
                // The CLI's last line.
                Write("cancelEvent", []);
                break;
        }
    }

    /// <summary>The configuration, for the first event and for previews.</summary>
    public static JsonObject ConfigOf(Prelude prelude) =>
        new(prelude.Config.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value)));

    // It stands where the CLI has it: after the old one went, or after the new one came.
    private void WriteReplacement(Step step, bool isDue)
    {
        if (isDue)
        {
            Write("resourcePreEvent", new JsonObject { ["metadata"] = Describe(step) });
            Write("resOutputsEvent", new JsonObject { ["metadata"] = Describe(step) });
        }
    }

    private static JsonObject Describe(Step step, string? operation = null)
    {
        var json = new JsonObject
        {
            ["op"] = operation ?? StepJson.Operation(step.Kind),
            ["urn"] = step.Urn.Value,
            ["type"] = step.Urn.Type,
            ["old"] = Describe(step.Urn, step.Parent, step.Old),
            ["new"] = Describe(step.Urn, step.Parent, step.New),
        };
        StepJson.AddReplaceKeys(json, "keys", step);
        StepJson.AddDiffs(json, "diffs", step);
        json["detailedDiff"] = StepJson.DetailedDiff(step, "diffKind");
        if (operation is null && step.Kind is not (StepKind.DeleteReplaced or StepKind.Refresh))
        {
            json["logical"] = true;
        }

        json["provider"] = (step.New ?? step.Old)?.Provider ?? "";
        return json;
    }

    private static JsonObject? Describe(Urn urn, Urn? parent, ResourceView? state)
    {
        if (state is null)
        {
            return null;
        }

        var json = new JsonObject { ["type"] = urn.Type, ["urn"] = urn.Value };
        AddFlag("custom", state.Custom);
        json["id"] = state.Id ?? "";
        json["parent"] = parent?.Value ?? "";
        AddFlag("protect", state.Protect);
        json["inputs"] = state.Inputs;
        json["outputs"] = state.Outputs;
        json["provider"] = state.Provider ?? "";
        return json;

        void AddFlag(string name, bool value)
        {
            if (value)
            {
                json[name] = true;
            }
        }
    }

    private static JsonObject Describe(Diagnostic diagnostic)
    {
        var json = new JsonObject();
        if (diagnostic.Urn is { } urn)
        {
            json["urn"] = urn.Value;
        }

        if (StepJson.Prefix(diagnostic.Severity) is { Length: > 0 } prefix)
        {
            json["prefix"] = prefix;
        }

        json["message"] = $"{diagnostic.Message}\n";
        json["color"] = "never";
        json["severity"] = StepJson.Severity(diagnostic.Severity);
        return json;
    }

    private static JsonObject Describe(PolicyViolated violation) => new()
    {
        ["resourceUrn"] = violation.Urn.Value,
        ["message"] = violation.Message,
        ["color"] = "never",
        ["policyName"] = violation.Rule,
        ["policyPackName"] = violation.Pack,
        ["policyPackVersion"] = violation.PackVersion,
        ["policyPackVersionTag"] = violation.PackVersion,
        ["enforcementLevel"] = violation.Level == PolicyLevel.Mandatory ? "mandatory" : "advisory",
    };

    private static JsonObject Describe(UpdateResult result) => new()
    {
        ["maybeCorrupt"] = false,
        ["durationSeconds"] = (int)Math.Ceiling(result.Duration.TotalSeconds),
        ["resourceChanges"] = StepJson.Summary(result.Counts),
        ["PolicyPacks"] = new JsonObject(),
        ["isPreview"] = result.Kind == UpdateKind.Preview,
        ["result"] = result.Succeeded ? "succeeded" : "failed",
    };

    private void Write(string name, JsonObject payload)
    {
        var line = new JsonObject { ["sequence"] = _sequence++, ["timestamp"] = time.GetUtcNow().ToUnixTimeSeconds(), [name] = payload };
        terminal.Output.WriteLine(line.ToJsonString(Relaxed));
        // Whoever reads along wants each when it happens.
        terminal.Output.Flush();
    }
}
