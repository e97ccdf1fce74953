using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>What a pod gets without being asked: defaults, and what admission adds to every new pod.</summary>
internal static class PodDefaults
{
    private const int TolerationSeconds = 300;
    private const int SystemNodeCritical = 2000001000;
    private const int SystemClusterCritical = 2000000000;

    private static readonly string[] NodeConditions = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

    public static void Apply(JsonObject resource)
    {
        var spec = resource.Need("spec");
        spec.Default("enableServiceLinks", true);
        PodTemplateDefaults.Apply(spec);
        foreach (var container in PodTemplateDefaults.Containers(spec))
        {
            RequestTheLimits(container);
            if (spec.Flag("hostNetwork"))
            {
                foreach (var port in container.Items("ports").Where(port => port.Number("hostPort") == 0))
                {
                    port["hostPort"] = port.Number("containerPort");
                }
            }
        }

        AlignAddresses(resource);
    }

    public static void PrepareForCreate(JsonObject resource)
    {
        var spec = resource.Need("spec");
        spec.Default("serviceAccountName", "default");
        spec["serviceAccount"] = spec.Text("serviceAccountName");
        Tolerate(spec);
        spec["priority"] = spec.Text("priorityClassName") switch
        {
            "system-node-critical" => SystemNodeCritical,
            "system-cluster-critical" => SystemClusterCritical,
            "" => 0,
            var name => throw ApiErrors.Forbidden(PodDefinition.Instance, resource.Text("metadata", "name"), $"no PriorityClass with name {name} was found"),
        };
        spec.Default("preemptionPolicy", "PreemptLowerPriority");
        var status = new JsonObject { ["phase"] = "Pending", ["qosClass"] = PodQuality.ClassOf(spec) };
        if (spec["schedulingGates"] is JsonArray { Count: > 0 })
        {
            status["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "PodScheduled",
                ["status"] = "False",
                ["lastProbeTime"] = null,
                ["lastTransitionTime"] = resource.At("metadata", "creationTimestamp")?.DeepClone(),
                ["reason"] = "SchedulingGated",
                ["message"] = "Scheduling is blocked due to non-empty scheduling gates",
            });
        }

        resource["status"] = status;
    }

    /// <summary>The class of service is settled at creation; podIP and podIPs say the same.</summary>
    public static void PrepareForStatusUpdate(JsonObject stored, JsonObject resource)
    {
        resource.Need("status").CopyFrom(stored.Struct("status"), "qosClass");
        AlignAddresses(resource);
    }

    private static void AlignAddresses(JsonObject resource)
    {
        if (resource.Struct("status") is { } status && status.Text("podIP") is { Length: > 0 } address && status.Items("podIPs").FirstOrDefault().Text("ip") != address)
        {
            status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address });
        }
    }

    private static void RequestTheLimits(JsonObject container)
    {
        if (container.Struct("resources", "limits") is not { } limits)
        {
            return;
        }

        var requests = container.Need("resources").Need("requests");
        foreach (var (name, amount) in limits)
        {
            requests.Default(name, amount?.DeepClone());
        }
    }

    /// <summary>A pod outlives five minutes of its node's absence, unless it says otherwise.</summary>
    private static void Tolerate(JsonObject spec)
    {
        var tolerations = spec["tolerations"] as JsonArray;
        foreach (var key in NodeConditions)
        {
            var tolerated = spec.Items("tolerations").Any(toleration =>
                (toleration.Text("key") == key || toleration.Text("key").Length == 0) && toleration.Text("effect") is "NoExecute" or "");
            if (tolerated)
            {
                continue;
            }

            if (tolerations is null)
            {
                spec["tolerations"] = tolerations = [];
            }

            tolerations.Add((JsonNode)new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = TolerationSeconds });
        }
    }
}
