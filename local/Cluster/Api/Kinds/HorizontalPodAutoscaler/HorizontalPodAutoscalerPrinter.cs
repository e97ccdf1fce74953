using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Cells of autoscalers in v2's form.</summary>
internal static class HorizontalPodAutoscalerPrinter
{
    private const int ShownMetrics = 2;

    public static ImmutableArray<TableColumn> Columns { get; } =
    [
        Kinds.Columns.Name,
        Kinds.Columns.Text("Reference", static resource => $"{resource.Text("spec", "scaleTargetRef", "kind")}/{resource.Text("spec", "scaleTargetRef", "name")}"),
        Kinds.Columns.Text("Targets", static resource => Targets(resource)),
        Kinds.Columns.Text("MinPods", static resource => resource.OptionalNumber("spec", "minReplicas") is { } minimum ? minimum.ToString(CultureInfo.InvariantCulture) : "<unset>"),
        Kinds.Columns.Text("MaxPods", static resource => resource.Number("spec", "maxReplicas")),
        Kinds.Columns.Text("Replicas", static resource => resource.Number("status", "currentReplicas")),
        Kinds.Columns.Age,
    ];

    private static string Targets(JsonObject resource)
    {
        var current = resource.Items("status", "currentMetrics").ToList();
        var all = resource.Items("spec", "metrics").Select((metric, index) => Target(metric, index < current.Count ? current[index] : null)).ToList();
        var text = string.Join(", ", all.Take(ShownMetrics));
        return all.Count <= ShownMetrics ? Kinds.Columns.OrNone(text) : string.Create(CultureInfo.InvariantCulture, $"{text} + {all.Count - ShownMetrics} more...");
    }

    private static string Target(JsonObject metric, JsonObject? status)
    {
        var type = metric.Text("type");
        var source = type.Length == 0 ? "" : char.ToLowerInvariant(type[0]) + type[1..];
        var (target, current) = (metric.Struct(source, "target"), status.Struct(source, "current"));
        switch (type)
        {
            case "Resource" or "ContainerResource":
                var name = metric.Text(source, "name");
                if (target.Text("averageValue") is { Length: > 0 } average)
                {
                    return $"{name}: {Amount(current.Text("averageValue"))}/{average}";
                }

                return $"{name}: {Percent(current, Kinds.Columns.Unknown)}/{Percent(target, "<auto>")}";
            case "Object" or "External" when target.Text("averageValue") is { Length: > 0 } perPod:
                return $"{Amount(current.Text("averageValue"))}/{perPod} (avg)";
            case "Object" or "External":
                return $"{Amount(current.Text("value"))}/{target.Text("value")}";
            case "Pods":
                return $"{Amount(current.Text("averageValue"))}/{target.Text("averageValue")}";
            default:
                return "<unknown type>";
        }
    }

    private static string Amount(string text) => text.Length == 0 ? Kinds.Columns.Unknown : text;

    private static string Percent(JsonObject? values, string absent) =>
        values.OptionalNumber("averageUtilization") is { } percent ? percent.ToString(CultureInfo.InvariantCulture) + "%" : absent;
}
