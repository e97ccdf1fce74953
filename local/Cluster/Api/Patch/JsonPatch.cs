using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Patch;

/// <summary>
/// JSON Patch, RFC 6902, with what the API server's library allows beyond it: <c>replace</c> of a missing object member adds it, a
/// missing <c>value</c> is null, and negative indexes count from the end.
/// </summary>
public static class JsonPatch
{
    /// <summary>The patched document; neither argument is changed, and nothing is shared with them.</summary>
    /// <exception cref="ApiException">422 when an operation is malformed or does not apply, a failed <c>test</c> among them.</exception>
    public static JsonNode Apply(JsonNode target, JsonArray operations)
    {
        var document = (JsonNode?)target.DeepClone();
        foreach (var operation in operations)
        {
            document = Run(document, operation as JsonObject ?? throw Rejected());
        }

        return document ?? throw Rejected();
    }

    private static JsonNode? Run(JsonNode? document, JsonObject operation)
    {
        var path = Pointer(operation, "path");
        var value = operation["value"];
        switch (Text(operation, "op"))
        {
            case "add":
                return Add(document, path, value?.DeepClone());
            case "replace":
                return Replace(document, path, value?.DeepClone());
            case "remove":
                Remove(document, path);
                return document;
            case "test":
                return JsonNode.DeepEquals(Find(document, path), value) ? document : throw Rejected();
            case "copy":
                return Add(document, path, Find(document, Pointer(operation, "from"))?.DeepClone());
            case "move":
                var from = Pointer(operation, "from");
                var moved = Find(document, from)?.DeepClone();
                Remove(document, from);
                return Add(document, path, moved);
            default:
                throw Rejected();
        }
    }

    private static JsonNode? Add(JsonNode? document, string[] path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            return value;
        }

        switch (Parent(document, path))
        {
            case JsonObject container:
                container[path[^1]] = value;
                break;
            case JsonArray list:
                list.Insert(path[^1] == "-" ? list.Count : Index(path[^1], list.Count + 1), value);
                break;
            default:
                throw Rejected();
        }

        return document;
    }

    private static JsonNode? Replace(JsonNode? document, string[] path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            return value;
        }

        switch (Parent(document, path))
        {
            case JsonObject container:
                container[path[^1]] = value;
                break;
            case JsonArray list:
                list[Index(path[^1], list.Count)] = value;
                break;
            default:
                throw Rejected();
        }

        return document;
    }

    private static void Remove(JsonNode? document, string[] path)
    {
        switch (path.Length == 0 ? null : Parent(document, path))
        {
            case JsonObject container when container.Remove(path[^1]):
                break;
            case JsonArray list:
                list.RemoveAt(Index(path[^1], list.Count));
                break;
            default:
                throw Rejected();
        }
    }

    private static JsonNode? Find(JsonNode? document, string[] path) => path.Length == 0
        ? document
        : Parent(document, path) switch
        {
            JsonObject container => container[path[^1]],
            JsonArray list => list[Index(path[^1], list.Count)],
            _ => throw Rejected(),
        };

    private static JsonNode? Parent(JsonNode? document, string[] path)
    {
        foreach (var step in path.AsSpan(0, path.Length - 1))
        {
            document = document switch
            {
                JsonObject container => container[step],
                JsonArray list => list[Index(step, list.Count)],
                _ => throw Rejected(),
            };
        }

        return document;
    }

    private static int Index(string text, int count)
    {
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            throw Rejected();
        }

        index = index < 0 ? index + count : index;
        return index >= 0 && index < count ? index : throw Rejected();
    }

    private static string[] Pointer(JsonObject operation, string name)
    {
        var text = Text(operation, name);
        if (text.Length == 0)
        {
            return [];
        }

        if (text[0] != '/')
        {
            throw Rejected();
        }

        return [.. text[1..].Split('/').Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    private static string Text(JsonObject operation, string name) =>
        operation[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw Rejected();

    /// <summary>The API server does not say which operation failed.</summary>
    private static ApiException Rejected() => new(new V1Status
    {
        Status = "Failure",
        Message = "the server rejected our request due to an error in our request",
        Reason = "Invalid",
        Details = new V1StatusDetails(),
        Code = 422,
    });
}
