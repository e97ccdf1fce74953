using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Rest;

/// <summary>Reading of JSON that a client may have written in any shape: what is not of the wanted type counts as absent.</summary>
internal static class JsonAccess
{
    public static string? Text(this JsonNode? node, string name) =>
        node is JsonObject value && value[name] is JsonValue child && child.GetValueKind() == JsonValueKind.String ? child.GetValue<string>() : null;

    public static long? Number(this JsonNode? node, string name) =>
        node is JsonObject value && value[name] is JsonValue child && child.GetValueKind() == JsonValueKind.Number && child.TryGetValue<long>(out var number) ? number : null;

    public static bool? Flag(this JsonNode? node, string name) =>
        node is JsonObject value && value[name] is JsonValue child ? child.GetValueKind() switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null } : null;

    public static JsonObject? Object(this JsonNode? node, string name) => node is JsonObject value ? value[name] as JsonObject : null;

    public static JsonArray? Array(this JsonNode? node, string name) => node is JsonObject value ? value[name] as JsonArray : null;

    /// <summary>The metadata of an object, made when there is none.</summary>
    public static JsonObject Metadata(this JsonObject value)
    {
        if (value["metadata"] is not JsonObject metadata)
        {
            metadata = [];
            value["metadata"] = metadata;
        }

        return metadata;
    }

    public static string Name(this JsonObject value) => value.Object("metadata").Text("name") ?? "";

    public static string Namespace(this JsonObject value) => value.Object("metadata").Text("namespace") ?? "";

    /// <summary>Sets a property, or removes it when there is no value.</summary>
    public static void Put(this JsonObject value, string name, JsonNode? child)
    {
        if (child is null)
        {
            value.Remove(name);
        }
        else
        {
            value[name] = child;
        }
    }

    /// <summary>The node at a path such as <c>spec.replicas</c>.</summary>
    public static JsonNode? At(this JsonObject value, string path)
    {
        JsonNode? node = value;
        foreach (var part in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            node = (node as JsonObject)?[part];
        }

        return node;
    }
}
