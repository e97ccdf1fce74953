using Scalelab.Cluster.Controllers.HorizontalPodAutoscalers;

namespace Scalelab.Cli.Daemon;

/// <summary>What the cluster's controllers are set to.</summary>
internal sealed record ControllerSettings
{
    public AutoscalerOptions Autoscaler { get; init; } = new();

    /// <summary>The time between two measurements of what the pods use.</summary>
    public TimeSpan MetricResolution { get; init; } = TimeSpan.FromSeconds(15);
}
