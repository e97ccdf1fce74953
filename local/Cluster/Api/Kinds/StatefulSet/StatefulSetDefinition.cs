using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Stateful sets.</summary>
internal static class StatefulSetDefinition
{
    private static readonly RuleSet Spec = new()
    {
        { "podManagementPolicy", Checks.Needs(Checks.OneOf("OrderedReady", "Parallel")) },
        { "replicas", Checks.NotNegative },
        { "minReadySeconds", Checks.NotNegative },
        { "selector", WorkloadRules.Selector },
        { "template", WorkloadRules.Template },
    };

    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "apps",
        Version = "v1",
        Kind = "StatefulSet",
        Plural = "statefulsets",
        Singular = "statefulset",
        ShortNames = ["sts"],
        Categories = ["all"],
        ModelType = typeof(V1StatefulSet),
        HasStatus = true,
        TracksGeneration = true,
        Scale = new ScaleDefinition("spec.replicas", "status.replicas", "spec.selector"),
        Default = Default,
        PrepareForCreate = static resource => StatusReset.Empty(resource, ModelSchemas.Of<V1StatefulSet>()),
        Validate = static (stored, resource, errors) =>
        {
            new RuleSet { { "spec", Checks.Struct(Spec) } }.Check(WithClaims(resource), errors);
            WorkloadRules.KeepSelector(stored, resource, errors);
        },
        Columns =
        [
            Columns.Name,
            Columns.Text("Ready", static resource => $"{resource.Number("status", "readyReplicas")}/{resource.Number("spec", "replicas")}"),
            Columns.Age,
            .. Columns.Template("spec", "template"),
        ],
    };

    /// <summary>With the claims among the volumes of its pods: what each pod has when it is made, and what containers may mount.</summary>
    private static JsonObject WithClaims(JsonObject resource)
    {
        var whole = resource.DeepClone().AsObject();
        var spec = whole.Need("spec");
        var pod = spec.Need("template").Need("spec");
        var claims = spec.Items("volumeClaimTemplates").Select(claim => claim.Text("metadata", "name"))
            .Except(pod.Items("volumes").Select(volume => volume.Text("name"))).ToList();
        if (claims.Count > 0)
        {
            pod["volumes"] = new JsonArray(
            [
                .. pod.Items("volumes").Select(volume => volume.DeepClone()),
                .. claims.Select(name => new JsonObject { ["name"] = name, ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = name } }),
            ]);
        }

        return whole;
    }

    private static void Default(JsonObject resource)
    {
        var spec = resource.Need("spec");
        spec.Default("replicas", 1);
        spec.Default("revisionHistoryLimit", 10);
        spec.Default("podManagementPolicy", "OrderedReady");
        var strategy = spec.Need("updateStrategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            strategy.Need("rollingUpdate").Default("partition", 0);
        }

        var retention = spec.Need("persistentVolumeClaimRetentionPolicy");
        retention.Default("whenDeleted", "Retain");
        retention.Default("whenScaled", "Retain");
        PodTemplateDefaults.Apply(spec.Need("template").Need("spec"));
        foreach (var claim in spec.Items("volumeClaimTemplates"))
        {
            claim["apiVersion"] = "v1";
            claim["kind"] = "PersistentVolumeClaim";
            claim.Need("spec").Default("volumeMode", "Filesystem");
            claim.Need("status").Default("phase", "Pending");
        }
    }
}
