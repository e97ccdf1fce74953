using System.Globalization;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Http;

/// <summary>Objects as rows of a Table (meta.k8s.io/v1), as kubectl asks for them.</summary>
internal static class Tables
{
    private static readonly TableColumn NameColumn = new("Name", "string", "name", 0, static (value, _) => value.Name());

    private static readonly TableColumn CreatedColumn = new("Created At", "date", "", 0, static (value, _) => value.Metadata().Text("creationTimestamp"));

    /// <param name="items">The objects; each may be changed.</param>
    /// <param name="includeObject"><c>None</c>, <c>Metadata</c> (default) or <c>Object</c>.</param>
    /// <param name="withColumns">False leaves out the definitions, as later events of a watch do.</param>
    public static JsonObject Of(ResourceDefinition definition, IEnumerable<JsonObject> items, JsonObject metadata, string includeObject, bool withColumns, DateTimeOffset now)
    {
        var columns = definition.Columns.IsEmpty ? [NameColumn, CreatedColumn] : definition.Columns;
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = metadata,
            ["columnDefinitions"] = withColumns ? new JsonArray([.. columns.Select(Describe)]) : null,
            ["rows"] = new JsonArray([.. items.Select(item => Row(columns, item, includeObject, now))]),
        };
    }

    public static JsonObject Partial(JsonObject value) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = value["metadata"]?.DeepClone(),
    };

    private static JsonObject Row(IReadOnlyList<TableColumn> columns, JsonObject item, string includeObject, DateTimeOffset now)
    {
        var row = new JsonObject { ["cells"] = new JsonArray([.. columns.Select(column => column.Value(item, now)?.DeepClone())]) };
        if (includeObject != "None")
        {
            row["object"] = includeObject == "Object" ? item.DeepClone() : Partial(item);
        }

        return row;
    }

    private static JsonNode Describe(TableColumn column) => new JsonObject
    {
        ["name"] = column.Name,
        ["type"] = column.Type,
        ["format"] = column.Format,
        ["description"] = column.Description,
        ["priority"] = column.Priority,
    };

    /// <summary>An age as kubectl prints it (apimachinery's duration.HumanDuration), e.g. <c>5s</c>, <c>3m20s</c>, <c>4h</c>, <c>12d</c>.</summary>
    public static string HumanDuration(TimeSpan age)
    {
        var seconds = (long)age.TotalSeconds;
        var (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
        return seconds switch
        {
            < -1 => "<invalid>",
            < 0 => "0s",
            < 120 => Text($"{seconds}s"),
            _ when minutes < 10 => With(minutes, "m", seconds % 60, "s"),
            _ when minutes < 180 => Text($"{minutes}m"),
            _ when hours < 8 => With(hours, "h", minutes % 60, "m"),
            _ when hours < 48 => Text($"{hours}h"),
            _ when hours < 24 * 8 => With(days, "d", hours % 24, "h"),
            _ when days < 365 * 2 => Text($"{days}d"),
            _ when days < 365 * 8 => With(days / 365, "y", days % 365, "d"),
            _ => Text($"{days / 365}y"),
        };
    }

    private static string With(long large, string largeUnit, long small, string smallUnit) =>
        small == 0 ? Text($"{large}{largeUnit}") : Text($"{large}{largeUnit}{small}{smallUnit}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
