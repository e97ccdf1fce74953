using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

internal static class DeploymentValidation
{
    private static readonly RuleSet RollingUpdate = new()
    {
        { "maxUnavailable", IntOrPercent.NotNegative },
        { "maxSurge", IntOrPercent.NotNegative },
        { "maxUnavailable", NotBothZero, IntOrPercent.AtMostAll },
    };

    private static readonly RuleSet Spec = new()
    {
        { "replicas", Checks.NotNegative },
        { "selector", WorkloadRules.Selector },
        { "template", WorkloadRules.Template },
        { "strategy", Strategy },
        { "minReadySeconds", Checks.NotNegative },
        { "revisionHistoryLimit", Checks.WhenGiven(Checks.NotNegative) },
        { "progressDeadlineSeconds", Checks.WhenGiven(Checks.NotNegative, BeyondMinReady) },
    };

    private static readonly RuleSet Status = new()
    {
        { "replicas", Checks.NotNegative },
        { "updatedReplicas", Checks.NotNegative },
        { "readyReplicas", Checks.NotNegative },
        { "availableReplicas", Checks.NotNegative },
        { "unavailableReplicas", Checks.NotNegative },
        { "observedGeneration", Checks.NotNegative },
        { "collisionCount", Checks.WhenGiven(Checks.NotNegative) },
        { "updatedReplicas", WorkloadRules.NotAbove("replicas", "replicas") },
        { "readyReplicas", WorkloadRules.NotAbove("replicas", "replicas") },
        { "availableReplicas", WorkloadRules.NotAbove("replicas", "replicas"), WorkloadRules.NotAbove("readyReplicas", "readyReplicas") },
    };

    public static void Validate(JsonObject? stored, JsonObject resource, FieldErrors errors)
    {
        new RuleSet { { "spec", Checks.Struct(Spec) } }.Check(resource, errors);
        WorkloadRules.KeepSelector(stored, resource, errors);
    }

    public static void ValidateStatus(JsonObject? stored, JsonObject resource, FieldErrors errors)
    {
        new RuleSet { { "status", Checks.Struct(Status) } }.Check(resource, errors);
        if (stored.OptionalNumber("status", "collisionCount") is { } before && (resource.OptionalNumber("status", "collisionCount") is not { } after || after < before))
        {
            errors.Invalid("status.collisionCount", resource.At("status", "collisionCount")?.DeepClone(), "cannot be decremented");
        }
    }

    private static void Strategy(Place place)
    {
        var rollingUpdate = place.Field("rollingUpdate");
        switch (place.Value.Text("type"))
        {
            case "Recreate":
                if (rollingUpdate.Value is not null)
                {
                    place.Errors.Forbidden(rollingUpdate.Path, "may not be specified when strategy `type` is 'Recreate'");
                }

                break;
            case "RollingUpdate":
                RollingUpdate.Check(rollingUpdate);
                break;
            default:
                // Upstream prints its own struct, with the names of its fields.
                var printed = new JsonObject
                {
                    ["Type"] = place.Value.Text("type"),
                    ["RollingUpdate"] = rollingUpdate.Value is JsonObject given
                        ? new JsonObject { ["MaxUnavailable"] = given["maxUnavailable"]?.DeepClone() ?? 0, ["MaxSurge"] = given["maxSurge"]?.DeepClone() ?? 0 }
                        : null,
                };
                place.Errors.NotSupported(place.Path, printed, ["Recreate", "RollingUpdate"]);
                break;
        }
    }

    private static void NotBothZero(Place place)
    {
        if (IntOrPercent.Amount(place.Value) == 0 && IntOrPercent.Amount(place.Owner.At("maxSurge")) == 0)
        {
            place.Errors.Invalid(place.Path, place.Value, "may not be 0 when `maxSurge` is 0");
        }
    }

    private static void BeyondMinReady(Place place)
    {
        if (place.Number <= place.Owner.Number("minReadySeconds"))
        {
            place.Errors.Invalid(place.Path, place.Value, "must be greater than minReadySeconds");
        }
    }
}
