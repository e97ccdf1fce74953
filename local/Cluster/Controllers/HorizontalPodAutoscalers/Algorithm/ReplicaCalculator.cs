namespace Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;

/// <summary>How many replicas bring usage to its target.</summary>
internal static class ReplicaCalculator
{
    /// <summary>
    /// The documented rule: the ready pods times usage over target, rounded up. Where pods are unready or have no metrics, they are counted
    /// so that they damp the change, in either direction; a change that would then turn round is not made at all.
    /// </summary>
    /// <param name="current">The number of replicas now.</param>
    /// <param name="usages">Thousandths by pod, ignored and unready pods' not among them; at least one.</param>
    /// <param name="measure">Puts usages in relation to the target.</param>
    /// <param name="assume">What a pod without metrics counts as, by the ratio without it; null leaves it out.</param>
    public static (int Replicas, UsageRatio Usage) Calculate(
        int current,
        IReadOnlyDictionary<string, long> usages,
        PodGroups groups,
        Func<IReadOnlyDictionary<string, long>, UsageRatio> measure,
        Func<double, string, long?> assume,
        Tolerance tolerance)
    {
        var usage = measure(usages);
        var unreadyMatter = groups.Unready.Count > 0 && usage.Ratio > 1.0;
        if (!unreadyMatter && groups.Missing.Count == 0)
        {
            return (tolerance.Covers(usage.Ratio) ? current : Ceiling(usage.Ratio * groups.Ready), usage);
        }

        var filled = new Dictionary<string, long>(usages, StringComparer.Ordinal);
        foreach (var pod in groups.Missing)
        {
            if (assume(usage.Ratio, pod) is { } assumed)
            {
                filled[pod] = assumed;
            }
        }

        foreach (var pod in groups.Unready.Where(_ => unreadyMatter))
        {
            filled[pod] = 0;
        }

        var ratio = measure(filled).Ratio;
        if (tolerance.Covers(ratio) || (usage.Ratio < 1.0 && ratio > 1.0) || (usage.Ratio > 1.0 && ratio < 1.0))
        {
            return (current, usage);
        }

        var replicas = Ceiling(ratio * filled.Count);
        return ((ratio < 1.0 && replicas > current) || (ratio > 1.0 && replicas < current) ? current : replicas, usage);
    }

    // Saturating, where more replicas are asked for than a number can hold.
    private static int Ceiling(double replicas) => (int)Math.Min(int.MaxValue, Math.Ceiling(replicas));
}
