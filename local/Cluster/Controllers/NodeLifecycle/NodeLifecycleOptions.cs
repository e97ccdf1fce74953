namespace Scalelab.Cluster.Controllers.NodeLifecycle;

/// <summary>The settings of the node lifecycle controller, with kube-controller-manager's names and defaults.</summary>
public sealed record NodeLifecycleOptions
{
    /// <summary>How long a node may be silent before it is not taken for ready any more, <c>--node-monitor-grace-period</c>. 50 s by default.</summary>
    public TimeSpan NodeMonitorGracePeriod { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>The same for a node that has never reported anything, <c>--node-startup-grace-period</c>. 60 s by default.</summary>
    public TimeSpan NodeStartupGracePeriod { get; init; } = TimeSpan.FromMinutes(1);
}
