using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Kinds;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>The columns that a custom resource definition asks for, after the name.</summary>
internal static class CustomColumns
{
    private static readonly JsonObject Age = new() { ["name"] = "Age", ["type"] = "date", ["jsonPath"] = ".metadata.creationTimestamp" };

    /// <param name="version">One of the definition's versions.</param>
    public static ImmutableArray<TableColumn> Of(JsonObject version)
    {
        var given = version.Items("additionalPrinterColumns").ToList();
        return [Columns.Name, .. (given.Count == 0 ? [Age] : given).Select(Column)];
    }

    private static TableColumn Column(JsonObject column)
    {
        var type = column.Text("type");
        var path = new Lazy<JsonPath>(() => JsonPath.Parse(column.Text("jsonPath")));
        return new TableColumn(column.Text("name"), type, column.Text("format"), (int)column.Number("priority"), (value, now) => Cell(path.Value.First(value), type, now))
        {
            Description = column.Text("description"),
        };
    }

    /// <summary>A value that does not fit its column's type shows as nothing.</summary>
    private static JsonNode? Cell(JsonNode? value, string type, DateTimeOffset now)
    {
        if (value is null)
        {
            return null;
        }

        var kind = value.GetValueKind();
        return type switch
        {
            "string" => kind == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(),
            "integer" when kind == JsonValueKind.Number => (long)double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture),
            "number" when kind == JsonValueKind.Number => value.DeepClone(),
            "boolean" when kind is JsonValueKind.True or JsonValueKind.False => value.DeepClone(),
            "date" when kind == JsonValueKind.String => Timestamps.TryParse(value.GetValue<string>(), out var time) ? Durations.Age(now - time) : "<invalid>",
            _ => null,
        };
    }
}
