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
    /// <param name="version">The version of meta.k8s.io that was asked for.</param>
    public static JsonObject Of(
        ResourceDefinition definition, IEnumerable<JsonObject> items, JsonObject metadata, string includeObject, bool withColumns, DateTimeOffset now, string version = "v1")
    {
        var columns = ColumnsOf(definition);
        var rows = items.Select(item => (JsonNode)Row(columns, item, includeObject, now, version)).ToArray();
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/" + version,
            ["metadata"] = metadata,
            ["columnDefinitions"] = withColumns ? new JsonArray([.. columns.Select(Describe)]) : null,
            // Kinds without a printer of their own show nothing at all as null.
            ["rows"] = rows.Length == 0 && definition.Columns.IsEmpty ? null : new JsonArray(rows),
        };
    }

    /// <summary>The columns of a kind; name and time of creation where it has none of its own.</summary>
    public static IReadOnlyList<TableColumn> ColumnsOf(ResourceDefinition definition) => definition.Columns.IsEmpty ? [NameColumn, CreatedColumn] : definition.Columns;

    public static JsonObject Partial(JsonObject value, string version = "v1") => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/" + version,
        ["metadata"] = value["metadata"]?.DeepClone(),
    };

    private static JsonObject Row(IReadOnlyList<TableColumn> columns, JsonObject item, string includeObject, DateTimeOffset now, string version)
    {
        var row = new JsonObject { ["cells"] = new JsonArray([.. columns.Select(column => column.Value(item, now)?.DeepClone())]) };
        row["object"] = includeObject switch { "None" => null, "Object" => item.DeepClone(), _ => Partial(item, version) };
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
}
