using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Patch;

/// <summary>Path elements in the form of FieldsV1.</summary>
internal static class FieldPath
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Field(string name) => "f:" + name;

    public static string Value(JsonNode? value) => "v:" + Write(value);

    /// <summary>
    /// The element of a list whose relation is not atomic. A key field that is absent counts as its default; without one it is left out.
    /// </summary>
    public static string Item(JsonNode? item, TypeSchema list)
    {
        if (list.Relation == ListRelation.Set)
        {
            return Value(item);
        }

        var keys = new JsonObject();
        foreach (var name in list.Keys.Order(StringComparer.Ordinal))
        {
            if ((item as JsonObject)?[name] is { } value)
            {
                keys.Add(name, value.DeepClone());
            }
            else if (list.Element!.Fields.TryGetValue(name, out var field) && KeyDefault(field) is { } absent)
            {
                keys.Add(name, absent);
            }
        }

        return "k:" + Write(keys);
    }

    /// <summary>An element as messages show it: <c>.name</c>, <c>[name="main"]</c>, <c>[="value"]</c>.</summary>
    public static string Print(string element)
    {
        var body = element[2..];
        switch (element[0])
        {
            case 'f':
                return "." + body;
            case 'k' when JsonNode.Parse(body) is JsonObject keys:
                return $"[{string.Join(',', keys.Select(key => $"{key.Key}={Write(key.Value)}"))}]";
            case 'v':
                return $"[={body}]";
            default:
                return string.Create(CultureInfo.InvariantCulture, $"[{body}]");
        }
    }

    private static JsonNode? KeyDefault(FieldSchema field) => field switch
    {
        { Default: { } text } => JsonNode.Parse(text),
        { Always: true, Type.Type: SchemaType.Text } => JsonValue.Create(""),
        { Always: true, Type.Type: SchemaType.Integer32 or SchemaType.Integer64 } => JsonValue.Create(0),
        _ => null,
    };

    private static string Write(JsonNode? value) => value is null ? "null" : value.ToJsonString(Plain);
}
