using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api.Schema;
using Scalelab.Cluster.Controllers.DaemonSets;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Daemon sets.</summary>
internal static class DaemonSetDefinition
{
    private static readonly RuleSet Spec = new()
    {
        { "selector", WorkloadRules.Selector },
        { "template", WorkloadRules.Template },
        { "minReadySeconds", Checks.NotNegative },
        { "revisionHistoryLimit", Checks.WhenGiven(Checks.NotNegative) },
    };

    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "apps",
        Version = "v1",
        Kind = "DaemonSet",
        Plural = "daemonsets",
        Singular = "daemonset",
        ShortNames = ["ds"],
        Categories = ["all"],
        ModelType = typeof(V1DaemonSet),
        HasStatus = true,
        TracksGeneration = true,
        Default = Default,
        PrepareForCreate = static resource =>
        {
            StatusReset.Empty(resource, ModelSchemas.Of<V1DaemonSet>());
            Count(resource, 1);
        },
        PrepareForUpdate = static (stored, resource) =>
        {
            var before = int.TryParse(stored.Text("metadata", "annotations", DaemonPods.GenerationAnnotation), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 1;
            Count(resource, resource.At("spec", "template").SameAs(stored.At("spec", "template")) ? before : before + 1);
        },
        Validate = static (stored, resource, errors) =>
        {
            new RuleSet { { "spec", Checks.Struct(Spec) } }.Check(resource, errors);
            WorkloadRules.KeepSelector(stored, resource, errors);
        },
        Columns =
        [
            Columns.Name,
            Columns.Integer("Desired", static resource => resource.Number("status", "desiredNumberScheduled")),
            Columns.Integer("Current", static resource => resource.Number("status", "currentNumberScheduled")),
            Columns.Integer("Ready", static resource => resource.Number("status", "numberReady")),
            Columns.Integer("Up-to-date", static resource => resource.Number("status", "updatedNumberScheduled")),
            Columns.Integer("Available", static resource => resource.Number("status", "numberAvailable")),
            Columns.Text("Node Selector", static resource => Columns.Labels(resource.At("spec", "template", "spec", "nodeSelector"))),
            Columns.Age,
            .. Columns.Template("spec", "template"),
            Columns.Selector,
        ],
    };

    /// <summary>How often the template has changed, which was a field of the spec once.</summary>
    private static void Count(JsonObject resource, int generation) =>
        resource.Need("metadata").Need("annotations")[DaemonPods.GenerationAnnotation] = generation.ToString(CultureInfo.InvariantCulture);

    private static void Default(JsonObject resource)
    {
        var spec = resource.Need("spec");
        spec.Default("revisionHistoryLimit", 10);
        var strategy = spec.Need("updateStrategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            var rollingUpdate = strategy.Need("rollingUpdate");
            rollingUpdate.Default("maxUnavailable", 1);
            rollingUpdate.Default("maxSurge", 0);
        }

        PodTemplateDefaults.Apply(spec.Need("template").Need("spec"));
    }
}
