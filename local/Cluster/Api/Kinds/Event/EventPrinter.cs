using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Cells of events in the core group's form.</summary>
internal static class EventPrinter
{
    public static ImmutableArray<TableColumn> Columns { get; } =
    [
        new TableColumn("Last Seen", "string", "", 0, LastSeen),
        Kinds.Columns.Text("Type", static resource => resource.Text("type")),
        Kinds.Columns.Text("Reason", static resource => resource.Text("reason")),
        Kinds.Columns.Text("Object", static resource => Target(resource)),
        Kinds.Columns.Wide("Subobject", static resource => resource.Text("involvedObject", "fieldPath")),
        Kinds.Columns.Wide("Source", static resource => Source(resource)),
        Kinds.Columns.Text("Message", static resource => resource.Text("message").Trim()),
        new TableColumn("First Seen", "string", "", 1, FirstSeen),
        Kinds.Columns.Wide("Count", static resource => Count(resource)),
        new TableColumn("Name", "string", "name", 1, static (resource, _) => resource.Text("metadata", "name")),
    ];

    private static JsonNode? FirstSeen(JsonObject resource, DateTimeOffset now) => Kinds.Columns.Since(resource["firstTimestamp"] ?? resource["eventTime"], now);

    private static JsonNode? LastSeen(JsonObject resource, DateTimeOffset now) => resource.At("series", "lastObservedTime") is { } observed
        ? Kinds.Columns.Since(observed, now)
        : resource["lastTimestamp"] is { } last ? Kinds.Columns.Since(last, now) : FirstSeen(resource, now);

    private static long Count(JsonObject resource) => resource.Struct("series") is { } series ? series.Number("count") : Math.Max(1, resource.Number("count"));

    private static string Target(JsonObject resource)
    {
        var (kind, name) = (resource.Text("involvedObject", "kind").ToLowerInvariant(), resource.Text("involvedObject", "name"));
        return name.Length == 0 ? kind : $"{kind}/{name}";
    }

    private static string Source(JsonObject resource)
    {
        var component = resource.Text("source", "component") is { Length: > 0 } source ? source : resource.Text("reportingComponent");
        var instance = resource.Text("source", "host") is { Length: > 0 } host ? host : resource.Text("reportingInstance");
        return instance.Length == 0 ? component : $"{component}, {instance}";
    }
}
