using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Kinds;

internal static class ReplicaSetDefinition
{
    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "apps",
        Version = "v1",
        Kind = "ReplicaSet",
        Plural = "replicasets",
        Singular = "replicaset",
        ShortNames = ["rs"],
        Categories = ["all"],
        ModelType = typeof(V1ReplicaSet),
        HasStatus = true,
        TracksGeneration = true,
        Scale = new ScaleDefinition("spec.replicas", "status.replicas", "spec.selector"),
        SelectableFields = ImmutableDictionary<string, Func<JsonObject, string>>.Empty.Add(
            "status.replicas", static resource => resource.Number("status", "replicas").ToString(CultureInfo.InvariantCulture)),
        Default = Default,
        PrepareForCreate = static resource => StatusReset.Empty(resource, ModelSchemas.Of<V1ReplicaSet>()),
        Validate = ReplicaSetValidation.Validate,
        ValidateStatus = ReplicaSetValidation.ValidateStatus,
        Warn = static (_, resource, warnings) => PodSpecWarnings.Add(resource.Struct("spec", "template", "spec"), "spec.template.spec", warnings),
        Columns =
        [
            Columns.Name,
            Columns.Integer("Desired", static resource => resource.Number("spec", "replicas")),
            Columns.Integer("Current", static resource => resource.Number("status", "replicas")),
            Columns.Integer("Ready", static resource => resource.Number("status", "readyReplicas")),
            Columns.Age,
            .. Columns.Template("spec", "template"),
            Columns.Selector,
        ],
    };

    private static void Default(JsonObject resource)
    {
        var spec = resource.Need("spec");
        spec.Default("replicas", 1);
        PodTemplateDefaults.Apply(spec.Need("template").Need("spec"));
    }
}
