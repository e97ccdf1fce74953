using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Kinds;

internal static class PodDisruptionBudgetDefinition
{
    private static readonly RuleSet Rules = new()
    {
        {
            "spec", Checks.Struct(new RuleSet
            {
                { NotBoth },
                { "minAvailable", IntOrPercent.Check },
                { "maxUnavailable", IntOrPercent.Check },
                { "selector", Checks.LabelSelector },
                { "unhealthyPodEvictionPolicy", Checks.WhenGiven(Checks.OneOf("AlwaysAllow", "IfHealthyBudget")) },
            })
        },
    };

    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "policy",
        Version = "v1",
        Kind = "PodDisruptionBudget",
        Plural = "poddisruptionbudgets",
        Singular = "poddisruptionbudget",
        ShortNames = ["pdb"],
        ModelType = typeof(V1PodDisruptionBudget),
        HasStatus = true,
        TracksGeneration = true,
        PrepareForCreate = static resource => StatusReset.Empty(resource, ModelSchemas.Of<V1PodDisruptionBudget>()),
        Validate = static (_, resource, errors) => Rules.Check(resource, errors),
        Columns =
        [
            Columns.Name,
            Columns.Text("Min Available", static resource => Columns.IntOrString(resource.At("spec", "minAvailable"), "N/A")),
            Columns.Text("Max Unavailable", static resource => Columns.IntOrString(resource.At("spec", "maxUnavailable"), "N/A")),
            Columns.Integer("Allowed Disruptions", static resource => resource.Number("status", "disruptionsAllowed")),
            Columns.Age,
        ],
    };

    private static void NotBoth(Place place)
    {
        if (place.Value.At("minAvailable") is not { } minimum || place.Value.At("maxUnavailable") is not { } maximum)
        {
            return;
        }

        // Upstream prints its own struct, with the names of its fields.
        var printed = new JsonObject
        {
            ["MinAvailable"] = minimum.DeepClone(),
            ["Selector"] = place.Value.At("selector")?.DeepClone(),
            ["MaxUnavailable"] = maximum.DeepClone(),
            ["UnhealthyPodEvictionPolicy"] = place.Value.At("unhealthyPodEvictionPolicy")?.DeepClone(),
        };
        place.Errors.Invalid(place.Path, printed, "minAvailable and maxUnavailable cannot be both set");
    }
}
