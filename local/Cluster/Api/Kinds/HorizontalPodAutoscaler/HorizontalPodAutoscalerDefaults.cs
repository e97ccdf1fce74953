using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>The defaults of autoscaling/v2.</summary>
internal static class HorizontalPodAutoscalerDefaults
{
    /// <summary>The CPU utilization, in percent of the request, that an autoscaler without metrics aims at.</summary>
    public const int TargetUtilization = 80;

    public static void Apply(JsonObject resource)
    {
        var spec = resource.Need("spec");
        spec.Default("minReplicas", 1);
        if (spec["metrics"] is not JsonArray { Count: > 0 })
        {
            spec["metrics"] = new JsonArray(CpuMetric(TargetUtilization));
        }

        if (spec.Struct("behavior") is { } behavior)
        {
            var up = behavior.Need("scaleUp");
            up.Default("stabilizationWindowSeconds", 0);
            ApplyToRules(up, Policy("Pods", 4), Policy("Percent", 100));
            ApplyToRules(behavior.Need("scaleDown"), Policy("Percent", 100));
        }
    }

    public static JsonObject CpuMetric(long utilization) => new()
    {
        ["type"] = "Resource",
        ["resource"] = new JsonObject
        {
            ["name"] = "cpu",
            ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = utilization },
        },
    };

    private static void ApplyToRules(JsonObject rules, params JsonObject[] policies)
    {
        rules.Default("selectPolicy", "Max");
        if (rules["policies"] is null)
        {
            rules["policies"] = new JsonArray([.. policies]);
        }
    }

    private static JsonObject Policy(string type, int value) => new() { ["type"] = type, ["value"] = value, ["periodSeconds"] = 15 };
}
