using k8s.Models;

namespace Scalelab.Cluster.Controllers.NodeLifecycle;

/// <summary>The taints that follow from a node's conditions. Pure.</summary>
internal static class NodeTaints
{
    public const string NotReady = "node.kubernetes.io/not-ready";
    public const string Unreachable = "node.kubernetes.io/unreachable";
    public const string Unschedulable = "node.kubernetes.io/unschedulable";

    private const string NoSchedule = "NoSchedule";
    private const string NoExecute = "NoExecute";

    private static readonly Dictionary<(string Condition, string Status), string> Keys = new()
    {
        [("Ready", "False")] = NotReady,
        [("Ready", "Unknown")] = Unreachable,
        [("MemoryPressure", "True")] = "node.kubernetes.io/memory-pressure",
        [("DiskPressure", "True")] = "node.kubernetes.io/disk-pressure",
        [("NetworkUnavailable", "True")] = "node.kubernetes.io/network-unavailable",
        [("PIDPressure", "True")] = "node.kubernetes.io/pid-pressure",
    };

    /// <summary>The node's taints as they ought to be: those of others stay, in their order; ours come behind them.</summary>
    /// <param name="now">The time of a new taint.</param>
    public static IReadOnlyList<V1Taint> Wanted(V1Node node, DateTimeOffset now)
    {
        var present = node.Spec?.Taints ?? [];
        var wanted = (node.Status?.Conditions ?? []).Select(condition => Keys.GetValueOrDefault((condition.Type, condition.Status))).OfType<string>()
            .Select(key => (Key: key, Effect: NoSchedule)).ToList();
        if (node.Spec?.Unschedulable == true)
        {
            wanted.Add((Unschedulable, NoSchedule));
        }

        if (wanted.Find(taint => taint.Key is NotReady or Unreachable) is { Key: { } lost })
        {
            wanted.Add((lost, NoExecute));
        }

        var kept = present.Where(taint => !IsOurs(taint) || wanted.Contains((taint.Key, taint.Effect))).ToList();
        return
        [
            .. kept,
            .. wanted.Where(taint => !kept.Exists(one => one.Key == taint.Key && one.Effect == taint.Effect))
                .Select(taint => new V1Taint { Key = taint.Key, Effect = taint.Effect, TimeAdded = now.UtcDateTime.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerSecond)) }),
        ];
    }

    private static bool IsOurs(V1Taint taint) => taint.Effect switch
    {
        NoSchedule => taint.Key == Unschedulable || Keys.ContainsValue(taint.Key),
        NoExecute => taint.Key is NotReady or Unreachable,
        _ => false,
    };
}
