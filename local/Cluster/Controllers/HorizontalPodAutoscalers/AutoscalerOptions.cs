namespace Scalelab.Cluster.Controllers.HorizontalPodAutoscalers;

/// <summary>
/// What kube-controller-manager's flags <c>--horizontal-pod-autoscaler-…</c> set; names and defaults are its own.
/// </summary>
public sealed record AutoscalerOptions
{
    /// <summary><c>--horizontal-pod-autoscaler-sync-period</c>: how often each autoscaler is looked at. 15 s by default.</summary>
    public TimeSpan SyncPeriod { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// <c>--horizontal-pod-autoscaler-downscale-stabilization</c>: the highest recommendation of so long counts before replicas are taken away. 5 min by default.
    /// </summary>
    public TimeSpan DownscaleStabilization { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary><c>--horizontal-pod-autoscaler-tolerance</c>: a ratio of usage to target this near to 1 changes nothing. 0.1 by default.</summary>
    public double Tolerance { get; init; } = 0.1;

    /// <summary><c>--horizontal-pod-autoscaler-cpu-initialization-period</c>: for so long after its start a pod's CPU counts only while it is ready. 5 min by default.</summary>
    public TimeSpan CpuInitializationPeriod { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary><c>--horizontal-pod-autoscaler-initial-readiness-delay</c>: a pod unready since so soon after its start has never been ready. 30 s by default.</summary>
    public TimeSpan InitialReadinessDelay { get; init; } = TimeSpan.FromSeconds(30);
}
