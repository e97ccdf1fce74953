using k8s.Models;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;

/// <summary>How far usage may be from the target, in either direction, without anything being done. Each direction may have its own.</summary>
internal readonly record struct Tolerance(double Down, double Up)
{
    public static Tolerance Of(V2HorizontalPodAutoscalerBehavior? behavior, double common) =>
        new(Own(behavior?.ScaleDown) ?? common, Own(behavior?.ScaleUp) ?? common);

    /// <param name="ratio">Usage divided by the target.</param>
    public bool Covers(double ratio) => 1.0 - Down <= ratio && ratio <= 1.0 + Up;

    private static double? Own(V2HPAScalingRules? rules) => rules?.Tolerance is { } tolerance ? Quantity.Parse(tolerance.ToString()).ToDouble() : null;
}
