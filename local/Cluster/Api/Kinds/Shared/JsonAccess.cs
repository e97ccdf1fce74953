using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>
/// Reading fields of decoded objects: an absent field reads as its zero value, as in the API's own types.
/// </summary>
internal static class JsonAccess
{
    /// <summary>The node at a path of member names; null where any of them is absent.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }

    public static JsonObject? Struct(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonObject;

    public static string Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";

    public static bool Flag(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    public static long Number(this JsonNode? node, params ReadOnlySpan<string> path) => node.OptionalNumber(path) ?? 0;

    public static long? OptionalNumber(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.Number
        && long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>The objects in a list; none where it is absent.</summary>
    public static IEnumerable<JsonObject> Items(this JsonNode? node, params ReadOnlySpan<string> path) => (node.At(path) as JsonArray ?? []).OfType<JsonObject>();

    /// <summary>The texts in a list; none where it is absent.</summary>
    public static IEnumerable<string> Texts(this JsonNode? node, params ReadOnlySpan<string> path) => (node.At(path) as JsonArray ?? []).Select(item => item.Text());

    /// <summary>The members of a map; none where it is absent.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Entries(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonObject ?? [];

    /// <summary>Sets a field that is absent; says whether it did.</summary>
    public static bool Default(this JsonObject owner, string name, JsonNode? value)
    {
        if (owner[name] is not null)
        {
            return false;
        }

        owner[name] = value;
        return true;
    }

    /// <summary>The struct at a field, added empty where it is absent.</summary>
    public static JsonObject Need(this JsonObject owner, string name)
    {
        if (owner[name] is JsonObject found)
        {
            return found;
        }

        var added = new JsonObject();
        owner[name] = added;
        return added;
    }

    /// <summary>Copies a field of another object, removing it where the other has none.</summary>
    public static void CopyFrom(this JsonObject target, JsonObject? source, string name)
    {
        if (source is not null && source.TryGetPropertyValue(name, out var value))
        {
            target[name] = value?.DeepClone();
        }
        else
        {
            target.Remove(name);
        }
    }

    public static bool SameAs(this JsonNode? left, JsonNode? right) => JsonNode.DeepEquals(left, right);
}
