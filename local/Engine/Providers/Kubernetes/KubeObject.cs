using System.Globalization;
using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>Reads Kubernetes objects as they come: JSON of any kind.</summary>
internal static class KubeObject
{
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            node = node is JsonObject map && map.TryGetPropertyValue(key, out var value) ? value : null;
        }

        return node;
    }

    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static long Integer(this JsonNode? node, long fallback, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue(out long number) ? number : fallback;

    public static IEnumerable<JsonNode> Items(this JsonNode? node, params ReadOnlySpan<string> path) =>
        (node.At(path) as JsonArray ?? []).OfType<JsonNode>();

    public static string Name(this JsonNode? node) => node.Text("metadata", "name") ?? "";

    public static string? Annotation(this JsonNode? node, string name) => node.Text("metadata", "annotations", name);

    /// <summary>A condition of the status by its type; null when it is not there.</summary>
    public static JsonNode? Condition(this JsonNode? node, string type) =>
        node.Items("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type);

    /// <summary>A selector's matchLabels as a query parameter's value.</summary>
    public static string Selector(JsonNode? matchLabels) => string.Join(
        ',',
        (matchLabels as JsonObject ?? []).Select(label => string.Create(CultureInfo.InvariantCulture, $"{label.Key}={label.Value}")));
}
