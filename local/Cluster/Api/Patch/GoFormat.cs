using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Patch;

/// <summary>Values as Go's <c>%v</c> prints them, which is how upstream's messages show patches: <c>map[a:1 b:[x y]]</c>.</summary>
public static class GoFormat
{
    public static string Value(JsonNode? node)
    {
        var text = new StringBuilder();
        Append(text, node);
        return text.ToString();
    }

    /// <summary>The type of a value as messages of Go's JSON decoder name it.</summary>
    public static string KindOf(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        _ => "bool",
    };

    private static void Append(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case null:
                text.Append("<nil>");
                break;
            case JsonObject members:
                text.Append("map[");
                AppendAll(text, members.OrderBy(member => member.Key, StringComparer.Ordinal), static (builder, member) => Append(builder.Append(member.Key).Append(':'), member.Value));
                text.Append(']');
                break;
            case JsonArray items:
                text.Append('[');
                AppendAll(text, items, Append);
                text.Append(']');
                break;
            default:
                text.Append(node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString());
                break;
        }
    }

    private static void AppendAll<T>(StringBuilder text, IEnumerable<T> items, Action<StringBuilder, T> append)
    {
        var first = true;
        foreach (var item in items)
        {
            if (!first)
            {
                text.Append(' ');
            }

            append(text, item);
            first = false;
        }
    }
}
