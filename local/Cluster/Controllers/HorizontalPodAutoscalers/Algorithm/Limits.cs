using System.Collections.Immutable;
using k8s.Models;

namespace Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;

/// <summary>How far one step may go: the spec's bounds and, with a behavior, its policies.</summary>
internal static class Limits
{
    // Without a behavior, one step doubles the replicas at most, but four are always allowed.
    private const int GrowthFactor = 2;
    private const int GrowthMinimum = 4;

    private static readonly Limited Within = new(0, "DesiredWithinRange", "the desired count is within the acceptable range");
    private static readonly Limited TooMany = new(0, "TooManyReplicas", "the desired replica count is more than the maximum replica count");
    private static readonly Limited TooFew = new(0, "TooFewReplicas", "the desired replica count is less than the minimum replica count");
    private static readonly Limited UpLimit = new(0, "ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate");
    private static readonly Limited DownLimit = new(0, "ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate");

    /// <summary>The bounds of an autoscaler without a behavior.</summary>
    public static Limited Apply(int current, int desired, int minimum, int maximum)
    {
        var growth = Math.Max((long)current * GrowthFactor, GrowthMinimum);
        var (allowed, reason) = maximum > growth ? ((int)growth, UpLimit) : (maximum, TooMany);
        if (desired < minimum)
        {
            return TooFew with { Replicas = minimum };
        }

        return desired > allowed ? reason with { Replicas = allowed } : Within with { Replicas = desired };
    }

    /// <summary>The bounds of an autoscaler with a behavior: its policies count what was changed in their periods already.</summary>
    public static Limited Apply(V2HorizontalPodAutoscalerBehavior behavior, AutoscalerHistory history, int current, int desired, int minimum, int maximum, DateTimeOffset now)
    {
        if (desired > current)
        {
            var rate = Math.Max(current, Highest(behavior.ScaleUp, history, current, now));
            var (allowed, reason) = maximum > rate ? (rate, UpLimit) : (maximum, TooMany);
            return desired > allowed ? reason with { Replicas = allowed } : Within with { Replicas = desired };
        }

        if (desired < current)
        {
            var rate = Math.Min(current, Lowest(behavior.ScaleDown, history, current, now));
            var (allowed, reason) = minimum < rate ? (rate, DownLimit) : (minimum, TooFew);
            return desired < allowed ? reason with { Replicas = allowed } : Within with { Replicas = desired };
        }

        return Within with { Replicas = desired };
    }

    private static int Highest(V2HPAScalingRules rules, AutoscalerHistory history, int current, DateTimeOffset now)
    {
        if (rules.SelectPolicy == "Disabled")
        {
            return current;
        }

        // Rounded up: a few percent of a few replicas would otherwise never add one.
        var proposals = rules.Policies.Select(policy => AtStart(policy, history, current, now) is var start && policy.Type == "Pods"
            ? (long)start + policy.Value
            : (long)Math.Ceiling(start * (1 + (policy.Value / 100.0))));
        return Saturated(rules.SelectPolicy == "Min" ? proposals.Min() : proposals.Max());
    }

    private static int Lowest(V2HPAScalingRules rules, AutoscalerHistory history, int current, DateTimeOffset now)
    {
        if (rules.SelectPolicy == "Disabled")
        {
            return current;
        }

        var proposals = rules.Policies.Select(policy => AtStart(policy, history, current, now) is var start && policy.Type == "Pods"
            ? (long)start - policy.Value
            : (long)(start * (1 - (policy.Value / 100.0))));

        // The smallest change leaves the most replicas.
        return Saturated(rules.SelectPolicy == "Min" ? proposals.Max() : proposals.Min());
    }

    /// <summary>The number of replicas when the policy's period began.</summary>
    private static int AtStart(V2HPAScalingPolicy policy, AutoscalerHistory history, int current, DateTimeOffset now)
    {
        var begin = now - TimeSpan.FromSeconds(policy.PeriodSeconds);
        return current - Changed(history.ScaleUps, begin) + Changed(history.ScaleDowns, begin);
    }

    private static int Changed(ImmutableArray<ScaleChange> changes, DateTimeOffset begin) => changes.Where(change => change.At > begin).Sum(change => change.Replicas);

    private static int Saturated(long replicas) => (int)Math.Clamp(replicas, int.MinValue, int.MaxValue);
}

/// <summary>A number of replicas within its limits, and which limit it met, in a condition's words.</summary>
internal sealed record Limited(int Replicas, string Reason, string Message);
