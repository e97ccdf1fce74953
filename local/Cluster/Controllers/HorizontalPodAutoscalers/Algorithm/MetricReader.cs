using k8s.Models;

namespace Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;

/// <summary>Takes one metric of the spec: what it asks for, or why it cannot say.</summary>
internal static class MetricReader
{
    // The cluster serves neither of the two APIs that adapters bring, which is what their clients then find.
    private const string NoCustomMetrics = "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered";

    public static MetricReading Read(Situation situation, V2MetricSpec metric)
    {
        switch (metric)
        {
            case { Type: "Resource", Resource: { } resource }:
                return Try(
                    "FailedGetResourceMetric",
                    $"failed to get {resource.Name} resource metric value: ",
                    () => ResourceMetric.Propose(situation, resource.Name, null, resource.Target),
                    current => new V2MetricStatus { Type = metric.Type, Resource = new V2ResourceMetricStatus { Name = resource.Name, Current = current } });
            case { Type: "ContainerResource", ContainerResource: { } resource }:
                return Try(
                    "FailedGetContainerResourceMetric",
                    $"failed to get {resource.Container} container metric value: ",
                    () => ResourceMetric.Propose(situation, resource.Name, resource.Container, resource.Target),
                    current => new V2MetricStatus
                    {
                        Type = metric.Type,
                        ContainerResource = new V2ContainerResourceMetricStatus { Name = resource.Name, Container = resource.Container, Current = current },
                    });
            case { Type: "Pods", Pods: { } pods }:
                return Fail("FailedGetPodsMetric", "failed to get pods metric value: ", $"unable to get metric {pods.Metric.Name}: {NoCustomMetrics}");
            case { Type: "Object", ObjectProperty: { } described }:
                var target = described.DescribedObject;
                return Fail(
                    "FailedGetObjectMetric",
                    "failed to get object metric value: " + (described.Target.Type == "AverageValue" ? $"failed to get {described.Metric.Name} object metric: " : ""),
                    $"unable to get metric {described.Metric.Name}: {target.Kind} on {situation.Namespace} {target.Name}/{NoCustomMetrics}");
            case { Type: "External", External: { } external }:
                var name = external.Metric.Name;
                return Fail(
                    "FailedGetExternalMetric",
                    $"failed to get {name} external metric value: " + (external.Target.AverageValue is null ? $"failed to get external metric {name}: " : $"failed to get {name} external metric: "),
                    $"unable to get external metric {situation.Namespace}/{name}/{SelectorText.Of(external.Metric.Selector)}: unable to fetch metrics from external metrics API: "
                    + $"the server could not find the requested resource (get {name}.external.metrics.k8s.io)");
            default:
                return Fail("InvalidMetricSourceType", "", $"unknown metric source type \"{metric.Type}\"");
        }
    }

    private static MetricReading Try(string reason, string prefix, Func<Proposal> propose, Func<V2MetricValueStatus, V2MetricStatus> describe)
    {
        try
        {
            var proposal = propose();
            return new MetricReading { Proposal = proposal, Status = describe(proposal.Current) };
        }
        catch (MetricException exception)
        {
            return Fail(reason, prefix, exception.Message);
        }
    }

    private static MetricReading Fail(string reason, string prefix, string message) =>
        new() { Status = new V2MetricStatus { Type = "" }, Problem = new Warning(reason, message), Error = prefix + message };
}

/// <summary>One metric, as it was found.</summary>
internal sealed record MetricReading
{
    /// <summary>Null where there is none.</summary>
    public Proposal? Proposal { get; init; }

    public required V2MetricStatus Status { get; init; }

    /// <summary>What is wrong; null where there is a proposal.</summary>
    public Warning? Problem { get; init; }

    /// <summary>The problem as the sum of all metrics tells it.</summary>
    public string Error { get; init; } = "";
}
