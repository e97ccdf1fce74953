using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Autoscalers: stored as v2, served as v1 too, where annotations carry what v1 cannot say.</summary>
internal static class HorizontalPodAutoscalerDefinition
{
    public static ResourceDefinition V2 { get; } = new()
    {
        Group = "autoscaling",
        Version = "v2",
        Kind = "HorizontalPodAutoscaler",
        Plural = "horizontalpodautoscalers",
        Singular = "horizontalpodautoscaler",
        ShortNames = ["hpa"],
        Categories = ["all"],
        ModelType = typeof(V2HorizontalPodAutoscaler),
        StorageVersion = "v2",
        HasStatus = true,
        Default = HorizontalPodAutoscalerDefaults.Apply,
        PrepareForCreate = static resource => StatusReset.Empty(resource, ModelSchemas.Of<V2HorizontalPodAutoscaler>()),
        Validate = static (_, resource, errors) => HorizontalPodAutoscalerValidation.Validate(resource, errors),
        ValidateStatus = static (_, resource, errors) => HorizontalPodAutoscalerValidation.ValidateStatus(resource, errors),
        Columns = HorizontalPodAutoscalerPrinter.Columns,
    };

    public static ResourceDefinition V1 { get; } = V2 with
    {
        Version = "v1",
        ModelType = typeof(V1HorizontalPodAutoscaler),
        ToStorage = HorizontalPodAutoscalerConversion.ToV2,
        FromStorage = HorizontalPodAutoscalerConversion.ToV1,
        Inner = V2,
        Default = DefaultV1,
        PrepareForCreate = static resource => StatusReset.Empty(resource, ModelSchemas.Of<V1HorizontalPodAutoscaler>()),
        Validate = static (_, resource, errors) => HorizontalPodAutoscalerValidation.Validate(HorizontalPodAutoscalerConversion.ToV2(resource), errors),
        ValidateStatus = static (_, resource, errors) => HorizontalPodAutoscalerValidation.ValidateStatus(HorizontalPodAutoscalerConversion.ToV2(resource), errors),
        Columns = [.. HorizontalPodAutoscalerPrinter.Columns.Select(column => column with { Value = (resource, now) => column.Value(HorizontalPodAutoscalerConversion.ToV2(resource), now) })],
    };

    private static void DefaultV1(JsonObject resource)
    {
        var spec = resource.Need("spec");
        spec.Default("minReplicas", 1);
        if (resource.Text("metadata", "annotations", HorizontalPodAutoscalerConversion.MetricsAnnotation).Length == 0)
        {
            spec.Default("targetCPUUtilizationPercentage", HorizontalPodAutoscalerDefaults.TargetUtilization);
        }
    }
}
