using Scalelab.Policy.Framework;

namespace Scalelab.Policy.Kubernetes;

/// <summary>A HorizontalPodAutoscaler.</summary>
internal sealed record Autoscaler(KubernetesObject Object)
{
    private const string Group = "autoscaling";
    private const string Kind = "HorizontalPodAutoscaler";

    private Property Target => Object.Spec["scaleTargetRef"];

    public static Autoscaler? Of(Resource resource) => KubernetesObject.Of(resource, Group, Kind) is { } found ? new Autoscaler(found) : null;

    /// <summary>Whether it is certain that this autoscaler sets the replicas of those pods.</summary>
    public bool Scales(PodTemplate pods) =>
        Target["kind"].Text == pods.Owner.Kind
        && pods.Owner.Kind is "Deployment" or "StatefulSet" or "ReplicaSet"
        && Target["name"].Text is { } name && name == pods.Owner.Name.Text
        && (Object.Namespace, pods.Owner.Namespace) is var (mine, theirs)
        && mine.Text == theirs.Text && !mine.IsUnknown && !theirs.IsUnknown;

    /// <summary>Whether it keeps the CPU that a container uses near a share of what it requests.</summary>
    public bool ScalesOnCpuShareOf(Container container)
    {
        if (Object.Spec["targetCPUUtilizationPercentage"].Number is not null)
        {
            return true;
        }

        var metrics = Object.Spec["metrics"];
        return metrics.IsAbsent
            ? !Object.Resource.Type.Contains("/v2beta", StringComparison.Ordinal)
            : metrics.Items.Any(metric => metric["type"].Text switch
            {
                "Resource" => IsShareOfCpu(metric["resource"]),
                "ContainerResource" => metric["containerResource"]["container"].Text is { } name && name == container.Name && IsShareOfCpu(metric["containerResource"]),
                _ => false,
            });
    }

    // An average value is compared with what the pods use, and needs no request; a share of CPU is one of the request.
    private static bool IsShareOfCpu(Property source) =>
        source["name"].Text == "cpu"
        && (source["target"]["averageUtilization"].Number is not null || source["target"]["type"].Text == "Utilization" || source["targetAverageUtilization"].Number is not null);
}
