using k8s.Models;

namespace Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;

/// <summary>Keeps replicas from following every dip and peak: the recommendations of a while back count as well.</summary>
internal static class Stabilization
{
    private const string Lower = "recent recommendations were lower than current one, applying the lowest recent recommendation";
    private const string Higher = "recent recommendations were higher than current one, applying the highest recent recommendation";

    /// <summary>Without a behavior, the highest recommendation of the common window.</summary>
    public static (int Replicas, AutoscalerHistory History) Highest(AutoscalerHistory history, int recommended, TimeSpan window, DateTimeOffset now)
    {
        var highest = recommended;
        int? outdated = null;
        for (var index = 0; index < history.Recommendations.Length; index++)
        {
            var earlier = history.Recommendations[index];
            if (earlier.At <= now - window)
            {
                outdated = index;
            }
            else
            {
                highest = Math.Max(highest, earlier.Replicas);
            }
        }

        return (highest, history.With(new Recommendation(recommended, now), outdated));
    }

    /// <summary>With a behavior, the present number moved as little as brings it between the lowest and the highest recommendation of either window.</summary>
    public static (int Replicas, AutoscalerHistory History) Within(
        AutoscalerHistory history, int current, int recommended, TimeSpan upWindow, TimeSpan downWindow, DateTimeOffset now)
    {
        var (lowest, highest) = (recommended, recommended);
        int? outdated = null;
        for (var index = 0; index < history.Recommendations.Length; index++)
        {
            var earlier = history.Recommendations[index];
            if (earlier.At > now - upWindow)
            {
                lowest = Math.Min(lowest, earlier.Replicas);
            }

            if (earlier.At > now - downWindow)
            {
                highest = Math.Max(highest, earlier.Replicas);
            }

            if (earlier.At < now - upWindow && earlier.At < now - downWindow)
            {
                outdated = index;
            }
        }

        var replicas = Math.Min(Math.Max(current, lowest), highest);
        return (replicas, history.With(new Recommendation(recommended, now), outdated));
    }

    /// <summary>The window before replicas are added or taken away; scaling down falls back to the common one.</summary>
    public static TimeSpan Window(V2HPAScalingRules? rules, TimeSpan common) => rules?.StabilizationWindowSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : common;

    public static ConditionChange Condition(bool stabilized, bool upwards) => stabilized
        ? ConditionChange.AbleToScale(true, upwards ? "ScaleUpStabilized" : "ScaleDownStabilized", upwards ? Lower : Higher)
        : ConditionChange.AbleToScale(true, "ReadyForNewScale", "recommended size matches current size");
}
