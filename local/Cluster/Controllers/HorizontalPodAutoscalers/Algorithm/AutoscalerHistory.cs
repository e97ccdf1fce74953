using System.Collections.Immutable;
using k8s.Models;

namespace Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;

/// <summary>
/// What an autoscaler remembers from one decision to the next. Kept in memory only, as upstream keeps it: after a restart the stabilisation windows
/// begin anew with the number of replicas found.
/// </summary>
internal sealed record AutoscalerHistory
{
    public static AutoscalerHistory Empty { get; } = new();

    /// <summary>What was found right at a time, before stabilisation and limits. Entries too old to matter are overwritten, so the order is not that of time.</summary>
    public ImmutableArray<Recommendation> Recommendations { get; init; } = [];

    public ImmutableArray<ScaleChange> ScaleUps { get; init; } = [];

    public ImmutableArray<ScaleChange> ScaleDowns { get; init; } = [];

    /// <summary>Begins with the number of replicas found, so that a window has something in it.</summary>
    public AutoscalerHistory BegunWith(int replicas, DateTimeOffset now) =>
        Recommendations.IsEmpty ? this with { Recommendations = [new Recommendation(replicas, now)] } : this;

    /// <summary>Adds a recommendation, in the place of an outdated one where there is any.</summary>
    /// <param name="outdated">The index of an entry that no window reaches any more; null to append.</param>
    public AutoscalerHistory With(Recommendation recommendation, int? outdated) => this with
    {
        Recommendations = outdated is { } index ? Recommendations.SetItem(index, recommendation) : Recommendations.Add(recommendation),
    };

    /// <summary>Adds a rescaling, for policies to count; without a behavior nothing counts it.</summary>
    public AutoscalerHistory WithScaling(V2HorizontalPodAutoscalerBehavior? behavior, int before, int after, DateTimeOffset now)
    {
        if (behavior is null)
        {
            return this;
        }

        return after > before
            ? this with { ScaleUps = Add(ScaleUps, new ScaleChange(after - before, now), behavior.ScaleUp) }
            : this with { ScaleDowns = Add(ScaleDowns, new ScaleChange(before - after, now), behavior.ScaleDown) };
    }

    private static ImmutableArray<ScaleChange> Add(ImmutableArray<ScaleChange> changes, ScaleChange change, V2HPAScalingRules? rules)
    {
        var longest = TimeSpan.FromSeconds((rules?.Policies ?? []).Select(policy => policy.PeriodSeconds).DefaultIfEmpty().Max());
        return [.. changes.Where(earlier => earlier.At >= change.At - longest), change];
    }
}

/// <param name="Replicas">How many there should be.</param>
internal readonly record struct Recommendation(int Replicas, DateTimeOffset At);

/// <param name="Replicas">How many were added or taken away; positive.</param>
internal readonly record struct ScaleChange(int Replicas, DateTimeOffset At);
