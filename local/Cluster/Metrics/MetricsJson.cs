using System.Globalization;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Schema;
using Scalelab.Cluster.Node.Pods;

namespace Scalelab.Cluster.Metrics;

/// <summary>Usage in the form of metrics.k8s.io/v1beta1: CPU in nanocores (<c>n</c>), memory in <c>Ki</c>.</summary>
internal static class MetricsJson
{
    private const int BytesPerKi = 1024;

    /// <param name="node">The node, for its name and labels.</param>
    public static JsonObject Of(JsonObject node, NodeUsage usage, DateTimeOffset now)
    {
        var value = Head(MetricsDefinitions.Nodes, node, usage.Timestamp, usage.Window, now);
        value["usage"] = Amounts(usage.NanoCores, usage.MemoryBytes);
        return value;
    }

    /// <param name="pod">The pod, for its name and labels.</param>
    public static JsonObject Of(JsonObject pod, PodUsage usage, DateTimeOffset now)
    {
        var value = Head(MetricsDefinitions.Pods, pod, usage.Timestamp, usage.Window, now);
        value["containers"] = new JsonArray([.. usage.Containers.Select(
            container => (JsonNode)new JsonObject { ["name"] = container.Name, ["usage"] = Amounts(container.NanoCores, container.MemoryBytes) })]);
        return value;
    }

    public static JsonObject SumOfContainers(JsonObject pod)
    {
        var usages = (pod.Array("containers") ?? []).Select(container => (container as JsonObject).Object("usage")).ToList();
        return new JsonObject { ["cpu"] = Sum("cpu"), ["memory"] = Sum("memory") };

        string Sum(string resource) =>
            usages.Aggregate(default(Quantity), (sum, usage) => sum + Quantity.Parse(usage.Text(resource) ?? "0")).ToString();
    }

    private static JsonObject Head(ResourceDefinition definition, JsonObject of, DateTimeOffset timestamp, TimeSpan window, DateTimeOffset now)
    {
        var metadata = new JsonObject { ["name"] = of.Name() };
        metadata.Put("namespace", of.Metadata()["namespace"]?.DeepClone());
        metadata["creationTimestamp"] = ResourceService.Format(now);
        metadata.Put("labels", of.Metadata()["labels"]?.DeepClone());
        return new JsonObject
        {
            ["kind"] = definition.Kind,
            ["apiVersion"] = definition.ApiVersion,
            ["metadata"] = metadata,
            ["timestamp"] = ResourceService.Format(timestamp),
            ["window"] = GoDuration.Format(window),
        };
    }

    private static JsonObject Amounts(long nanoCores, long bytes) => new()
    {
        ["cpu"] = Quantity.Parse(string.Create(CultureInfo.InvariantCulture, $"{nanoCores}n")).ToString(),
        ["memory"] = Quantity.Parse(string.Create(CultureInfo.InvariantCulture, $"{bytes / BytesPerKi}Ki")).ToString(),
    };
}
