using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Kinds;

internal static class DeploymentDefinition
{
    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "apps",
        Version = "v1",
        Kind = "Deployment",
        Plural = "deployments",
        Singular = "deployment",
        ShortNames = ["deploy"],
        Categories = ["all"],
        ModelType = typeof(V1Deployment),
        HasStatus = true,
        KeptByStatus = ["metadata.labels"],
        TracksGeneration = true,
        Scale = new ScaleDefinition("spec.replicas", "status.replicas", "spec.selector"),
        Default = Default,
        PrepareForCreate = static resource => StatusReset.Empty(resource, ModelSchemas.Of<V1Deployment>()),
        Validate = DeploymentValidation.Validate,
        ValidateStatus = DeploymentValidation.ValidateStatus,
        Warn = static (_, resource, warnings) => PodSpecWarnings.Add(resource.Struct("spec", "template", "spec"), "spec.template.spec", warnings),
        Columns =
        [
            Columns.Name,
            Columns.Text("Ready", static resource => $"{resource.Number("status", "readyReplicas")}/{resource.Number("spec", "replicas")}"),
            Columns.Text("Up-to-date", static resource => resource.Number("status", "updatedReplicas")),
            Columns.Text("Available", static resource => resource.Number("status", "availableReplicas")),
            Columns.Age,
            .. Columns.Template("spec", "template"),
            Columns.Selector,
        ],
    };

    private static void Default(JsonObject resource)
    {
        var spec = resource.Need("spec");
        spec.Default("replicas", 1);
        var strategy = spec.Need("strategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            var rollingUpdate = strategy.Need("rollingUpdate");
            rollingUpdate.Default("maxUnavailable", "25%");
            rollingUpdate.Default("maxSurge", "25%");
        }

        spec.Default("revisionHistoryLimit", 10);
        spec.Default("progressDeadlineSeconds", 600);
        PodTemplateDefaults.Apply(spec.Need("template").Need("spec"));
    }
}
