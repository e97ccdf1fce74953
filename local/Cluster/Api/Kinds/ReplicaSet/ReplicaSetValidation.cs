using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

internal static class ReplicaSetValidation
{
    private static readonly RuleSet Spec = new()
    {
        { "replicas", Checks.NotNegative },
        { "minReadySeconds", Checks.NotNegative },
        { "selector", WorkloadRules.Selector },
        { "template", WorkloadRules.Template },
    };

    private static readonly RuleSet Status = new()
    {
        { "replicas", Checks.NotNegative },
        { "fullyLabeledReplicas", Checks.NotNegative },
        { "readyReplicas", Checks.NotNegative },
        { "availableReplicas", Checks.NotNegative },
        { "observedGeneration", Checks.NotNegative },
        { "fullyLabeledReplicas", WorkloadRules.NotAbove("replicas", "status.replicas") },
        { "readyReplicas", WorkloadRules.NotAbove("replicas", "status.replicas") },
        { "availableReplicas", WorkloadRules.NotAbove("replicas", "status.replicas"), WorkloadRules.NotAbove("readyReplicas", "readyReplicas") },
    };

    public static void Validate(JsonObject? stored, JsonObject resource, FieldErrors errors)
    {
        new RuleSet { { "spec", Checks.Struct(Spec) } }.Check(resource, errors);
        WorkloadRules.KeepSelector(stored, resource, errors);
    }

    public static void ValidateStatus(JsonObject? stored, JsonObject resource, FieldErrors errors) =>
        new RuleSet { { "status", Checks.Struct(Status) } }.Check(resource, errors);
}
