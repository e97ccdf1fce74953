using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Replication controllers, the forerunners of replica sets: kept and shown, but nothing runs them here.</summary>
internal static class ReplicationControllerDefinition
{
    private static readonly RuleSet Rules = new()
    {
        {
            "spec", Checks.Struct(new RuleSet
            {
                { "replicas", Checks.NotNegative },
                { "minReadySeconds", Checks.NotNegative },
                { "selector", Checks.Required },
                { "template", Checks.Required },
            })
        },
    };

    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "ReplicationController",
        Plural = "replicationcontrollers",
        Singular = "replicationcontroller",
        ShortNames = ["rc"],
        Categories = ["all"],
        ModelType = typeof(V1ReplicationController),
        HasStatus = true,
        TracksGeneration = true,
        OrphansByDefault = true,
        Scale = new ScaleDefinition("spec.replicas", "status.replicas", "spec.selector"),
        Default = Default,
        PrepareForCreate = static resource => StatusReset.Empty(resource, ModelSchemas.Of<V1ReplicationController>()),
        Validate = static (_, resource, errors) => Rules.Check(resource, errors),
        Columns =
        [
            Columns.Name,
            Columns.Integer("Desired", static resource => resource.Number("spec", "replicas")),
            Columns.Integer("Current", static resource => resource.Number("status", "replicas")),
            Columns.Integer("Ready", static resource => resource.Number("status", "readyReplicas")),
            Columns.Age,
            .. Columns.Template("spec", "template"),
            Columns.Wide("Selector", static resource => Columns.Labels(resource.At("spec", "selector"))),
        ],
    };

    private static void Default(JsonObject resource)
    {
        var spec = resource.Need("spec");
        spec.Default("replicas", 1);
        if (spec.Struct("template") is not { } template)
        {
            return;
        }

        if (template.Struct("metadata", "labels") is { Count: > 0 } labels)
        {
            spec.Default("selector", labels.DeepClone());
            if (resource.Struct("metadata", "labels") is not { Count: > 0 })
            {
                resource.Need("metadata")["labels"] = labels.DeepClone();
            }
        }

        PodTemplateDefaults.Apply(template.Need("spec"));
    }
}
