using System.Collections.Immutable;
using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Metrics;

/// <summary>The kinds of metrics.k8s.io: measured, not stored.</summary>
internal static class MetricsDefinitions
{
    private const string Group = "metrics.k8s.io";
    private const string Version = "v1beta1";

    private static readonly ImmutableArray<string> ReadVerbs = ["get", "list"];

    public static ResourceDefinition Nodes { get; } = new()
    {
        Group = Group,
        Version = Version,
        Kind = "NodeMetrics",
        Plural = "nodes",
        Singular = "",
        Namespaced = false,
        Verbs = ReadVerbs,
        ModelType = typeof(NodeMetrics),
        Columns = Columns(static value => value.Object("usage")),
    };

    public static ResourceDefinition Pods { get; } = new()
    {
        Group = Group,
        Version = Version,
        Kind = "PodMetrics",
        Plural = "pods",
        Singular = "",
        Verbs = ReadVerbs,
        ModelType = typeof(PodMetrics),
        Columns = Columns(MetricsJson.SumOfContainers),
    };

    public static IReadOnlyList<ResourceDefinition> All { get; } = [Nodes, Pods];

    private static ImmutableArray<TableColumn> Columns(Func<JsonObject, JsonObject?> usage) =>
    [
        new TableColumn("Name", "string", "name", 0, static (value, _) => value.Name()),
        new TableColumn("cpu", "string", "quantity", 0, (value, _) => usage(value).Text("cpu")),
        new TableColumn("memory", "string", "quantity", 0, (value, _) => usage(value).Text("memory")),
        new TableColumn("Window", "string", "duration", 0, static (value, _) => value.Text("window")),
    ];
}
