namespace Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;

/// <summary>Usage against a target. Every division of whole numbers drops the fraction, as upstream's does: 46.67 % counts as 46.</summary>
/// <param name="Ratio">Usage divided by the target.</param>
/// <param name="Utilization">Percent of the request; null for targets that are amounts.</param>
/// <param name="Average">Thousandths, of one pod.</param>
internal readonly record struct UsageRatio(double Ratio, int? Utilization, long Average)
{
    /// <summary>All pods' usage in percent of all their requests.</summary>
    /// <param name="target">Percent.</param>
    /// <exception cref="MetricException">None of the pods is known, or none requests anything.</exception>
    public static UsageRatio OfRequests(IReadOnlyDictionary<string, long> usages, IReadOnlyDictionary<string, long> requests, int target)
    {
        var (used, requested, count) = (0L, 0L, 0);
        foreach (var (pod, usage) in usages)
        {
            if (requests.TryGetValue(pod, out var request))
            {
                used += usage;
                requested += request;
                count++;
            }
        }

        if (requested == 0)
        {
            throw new MetricException("no metrics returned matched known pods");
        }

        var utilization = (int)(used * 100 / requested);
        return new UsageRatio((double)utilization / target, utilization, used / count);
    }

    /// <summary>The average pod's usage.</summary>
    /// <param name="target">Thousandths.</param>
    public static UsageRatio OfAverage(IReadOnlyDictionary<string, long> usages, long target)
    {
        var average = usages.Values.Sum() / usages.Count;
        return new UsageRatio((double)average / target, null, average);
    }
}

/// <summary>A metric that gives no number; the message has the controller's words.</summary>
internal sealed class MetricException(string message) : Exception(message);
