using System.Globalization;
using k8s.Models;
using Scalelab.Cluster.Api.Schema;
using Scalelab.Cluster.Metrics;

namespace Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;

/// <summary>Metrics of the types Resource and ContainerResource: what the pods use, from the metrics API.</summary>
internal static class ResourceMetric
{
    /// <param name="container">The container that counts; null for all of a pod's.</param>
    /// <param name="target">Of type Utilization (percent of the request) or AverageValue (an amount).</param>
    /// <exception cref="MetricException">There is no number to be had.</exception>
    public static Proposal Propose(Situation situation, string resource, string? container, V2MetricTarget target)
    {
        if (target.AverageValue is { } amount)
        {
            var (replicas, usage) = Prefixed($"failed to get {resource} usage: ", () => OfAmount(situation, resource, container, Quantity.Parse(amount.ToString()).MilliValue));
            return new Proposal(replicas, $"{resource} resource", new V2MetricValueStatus { AverageValue = Milli(usage.Average) });
        }

        if (target.AverageUtilization is { } percent)
        {
            var (replicas, usage) = Prefixed($"failed to get {resource} utilization: ", () => OfUtilization(situation, resource, container, percent));
            return new Proposal(
                replicas,
                $"{resource} {(container is null ? "" : "container ")}resource utilization (percentage of request)",
                new V2MetricValueStatus { AverageUtilization = usage.Utilization, AverageValue = Milli(usage.Average) });
        }

        throw new MetricException("invalid resource metric source: neither an average utilization target nor an average value (usage) target was set");
    }

    private static (int Replicas, UsageRatio Usage) OfUtilization(Situation situation, string resource, string? container, int percent)
    {
        var (groups, usages) = Read(situation, resource, container);
        var requests = ResourceRequests.Of(situation.Pods, resource, container);

        // On the way down a pod without metrics uses all that it requests (or the target, where that is even more), on the way up nothing.
        return ReplicaCalculator.Calculate(
            situation.Target.Replicas,
            usages,
            groups,
            used => UsageRatio.OfRequests(used, requests, percent),
            (ratio, pod) => ratio < 1.0 ? requests[pod] * Math.Max(100, percent) / 100 : ratio > 1.0 ? 0 : null,
            Tolerance.Of(situation.Autoscaler.Spec.Behavior, situation.Options.Tolerance));
    }

    private static (int Replicas, UsageRatio Usage) OfAmount(Situation situation, string resource, string? container, long target)
    {
        var (groups, usages) = Read(situation, resource, container);
        return ReplicaCalculator.Calculate(
            situation.Target.Replicas,
            usages,
            groups,
            used => UsageRatio.OfAverage(used, target),
            (ratio, _) => ratio < 1.0 ? target : 0,
            Tolerance.Of(situation.Autoscaler.Spec.Behavior, situation.Options.Tolerance));
    }

    private static (PodGroups Groups, Dictionary<string, long> Usages) Read(Situation situation, string resource, string? container)
    {
        if (situation.Metrics.Count == 0)
        {
            throw new MetricException($"unable to get metrics for resource {resource}: no metrics returned from resource metrics API");
        }

        if (situation.Pods.Count == 0)
        {
            throw new MetricException("no pods returned by selector while calculating replica count");
        }

        var all = new Dictionary<string, Usage>(StringComparer.Ordinal);
        foreach (var pod in situation.Metrics)
        {
            if (Of(pod, resource, container) is { } milli)
            {
                all[pod.Name] = new Usage(milli, pod.Timestamp, pod.Window);
            }
        }

        var groups = PodGroups.Of(situation.Pods, all, resource, situation.Options, situation.Now);
        var usages = all.Where(usage => !groups.Ignored.Contains(usage.Key) && !groups.Unready.Contains(usage.Key))
            .ToDictionary(usage => usage.Key, usage => usage.Value.Milli, StringComparer.Ordinal);
        return usages.Count > 0 ? (groups, usages) : throw new MetricException("did not receive metrics for targeted pods (pods might be unready)");
    }

    /// <summary>Thousandths; null where the pod has no such container, or one that counts has no such metric.</summary>
    private static long? Of(PodUsage pod, string resource, string? container)
    {
        var counted = pod.Containers.Where(one => container is null || one.Name == container).ToList();
        return counted.Count > 0 && resource is "cpu" or "memory"
            ? counted.Sum(one => resource == "cpu" ? one.MilliCores : one.MemoryBytes * 1000)
            : null;
    }

    private static T Prefixed<T>(string prefix, Func<T> compute)
    {
        try
        {
            return compute();
        }
        catch (MetricException exception)
        {
            throw new MetricException(prefix + exception.Message);
        }
    }

    private static ResourceQuantity Milli(long thousandths) => new(Quantity.Parse(string.Create(CultureInfo.InvariantCulture, $"{thousandths}m")).ToString());
}

/// <summary>What one metric asks for.</summary>
/// <param name="Metric">The metric, in the words of conditions and events.</param>
internal sealed record Proposal(int Replicas, string Metric, V2MetricValueStatus Current);
