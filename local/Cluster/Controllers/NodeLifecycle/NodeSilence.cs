using k8s.Models;

namespace Scalelab.Cluster.Controllers.NodeLifecycle;

/// <summary>What is said of a node that says nothing itself any more. Pure.</summary>
internal static class NodeSilence
{
    private static readonly string[] Types = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

    /// <summary>The node's conditions with all that its kubelet would have to tell unknown.</summary>
    public static List<V1NodeCondition> Conditions(V1Node node, DateTimeOffset now)
    {
        var second = now.UtcDateTime.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerSecond));
        var conditions = (node.Status?.Conditions ?? []).Select(condition => Types.Contains(condition.Type) && condition.Status != "Unknown"
            ? condition with { Status = "Unknown", Reason = "NodeStatusUnknown", Message = "Kubelet stopped posting node status.", LastTransitionTime = second }
            : condition).ToList();
        conditions.AddRange(Types.Where(type => !conditions.Exists(condition => condition.Type == type)).Select(type => new V1NodeCondition
        {
            Type = type,
            Status = "Unknown",
            Reason = "NodeStatusNeverUpdated",
            Message = "Kubelet never posted node status.",
            LastHeartbeatTime = node.Metadata.CreationTimestamp,
            LastTransitionTime = second,
        }));
        return conditions;
    }
}
