using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting.JsonPaths;

/// <summary>
/// A JSONPath query (RFC 9535): names, wildcards, indices, slices, unions, descendants and filters with comparisons and and, or, not. The
/// leading <c>$</c> may be missing, and dots within a name may be escaped with a backslash, as kubectl's users write. Functions are refused.
/// </summary>
internal sealed class JsonPath
{
    private readonly IReadOnlyList<Segment> _segments;

    internal JsonPath(IReadOnlyList<Segment> segments)
    {
        _segments = segments;
    }

    /// <exception cref="FormatException">It is not valid; the message says where.</exception>
    public static JsonPath Parse(string text) => new JsonPathParser(text).Parse();

    /// <summary>What it selects, in order; null stands for JSON's null.</summary>
    public IEnumerable<JsonNode?> Select(JsonNode? root) => Select(root, root);

    /// <summary>A value as Pulumi's annotation compares it: texts as they are, numbers and booleans in JSON's notation.</summary>
    public static string Text(JsonNode? value) => value switch
    {
        null => "<nil>",
        JsonValue plain when plain.TryGetValue(out string? text) => text,
        JsonValue plain when plain.GetValueKind() == JsonValueKind.Number && plain.TryGetValue(out double number) => number.ToString(CultureInfo.InvariantCulture),
        _ => value.ToJsonString(),
    };

    internal IEnumerable<JsonNode?> Select(JsonNode? start, JsonNode? root) =>
        _segments.Aggregate((IEnumerable<JsonNode?>)[start], (nodes, segment) => nodes.SelectMany(node => segment.Select(node, root)));
}

/// <summary>One step of a query: what its selectors choose of a value, or of a value and everything within.</summary>
internal sealed record Segment(IReadOnlyList<ISelector> Selectors, bool IsDescendant)
{
    public IEnumerable<JsonNode?> Select(JsonNode? node, JsonNode? root) =>
        (IsDescendant ? Within(node) : [node]).SelectMany(start => Selectors.SelectMany(selector => selector.Select(start, root)));

    private static IEnumerable<JsonNode?> Within(JsonNode? node) => Children(node).SelectMany(Within).Prepend(node);

    public static IEnumerable<JsonNode?> Children(JsonNode? node) => node switch
    {
        JsonObject map => map.Select(entry => entry.Value),
        JsonArray list => list,
        _ => [],
    };
}

internal interface ISelector
{
    IEnumerable<JsonNode?> Select(JsonNode? node, JsonNode? root);
}

internal sealed record NameSelector(string Name) : ISelector
{
    public IEnumerable<JsonNode?> Select(JsonNode? node, JsonNode? root) => node is JsonObject map && map.TryGetPropertyValue(Name, out var value) ? [value] : [];
}

internal sealed record WildcardSelector : ISelector
{
    public IEnumerable<JsonNode?> Select(JsonNode? node, JsonNode? root) => Segment.Children(node);
}

internal sealed record IndexSelector(int Index) : ISelector
{
    public IEnumerable<JsonNode?> Select(JsonNode? node, JsonNode? root)
    {
        if (node is not JsonArray list)
        {
            return [];
        }

        var index = Index < 0 ? list.Count + Index : Index;
        return index >= 0 && index < list.Count ? [list[index]] : [];
    }
}

internal sealed record SliceSelector(int? Start, int? End, int Step) : ISelector
{
    public IEnumerable<JsonNode?> Select(JsonNode? node, JsonNode? root)
    {
        if (node is not JsonArray list || Step == 0)
        {
            yield break;
        }

        var (low, high) = Step > 0 ? (0, list.Count) : (-1, list.Count - 1);
        var start = Math.Clamp(Absolute(Start, list.Count) ?? (Step > 0 ? low : high), low, high);
        var end = Math.Clamp(Absolute(End, list.Count) ?? (Step > 0 ? high : low), low, high);
        for (var i = start; Step > 0 ? i < end : i > end; i += Step)
        {
            yield return list[i];
        }
    }

    private static int? Absolute(int? index, int count) => index < 0 ? count + index : index;
}

internal sealed record FilterSelector(Func<JsonNode?, JsonNode?, bool> Matches) : ISelector
{
    public IEnumerable<JsonNode?> Select(JsonNode? node, JsonNode? root) => Segment.Children(node).Where(child => Matches(child, root));
}
