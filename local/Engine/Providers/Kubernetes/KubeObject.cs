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

    public static bool? Flag(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;

    public static IEnumerable<JsonNode> Items(this JsonNode? node, params ReadOnlySpan<string> path) =>
        (node.At(path) as JsonArray ?? []).OfType<JsonNode>();

    public static string Name(this JsonNode? node) => node.Text("metadata", "name") ?? "";

    public static string? Annotation(this JsonNode? node, string name) => node.Text("metadata", "annotations", name);

    /// <summary>A condition of the status by its type; null when it is not there.</summary>
    public static JsonNode? Condition(this JsonNode? node, string type) =>
        node.Items("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type);

    /// <summary>A label selector, matchLabels and matchExpressions, as a query parameter's value. A map of labels without either counts as matchLabels.</summary>
    public static string Selector(JsonNode? selector)
    {
        if (selector is JsonObject map && !map.ContainsKey("matchLabels") && !map.ContainsKey("matchExpressions"))
        {
            return Labels(map);
        }

        var expressions = selector.Items("matchExpressions").Select(expression =>
        {
            var (key, values) = (expression.Text("key"), string.Join(',', expression.Items("values")));
            return expression.Text("operator") switch
            {
                "In" => $"{key} in ({values})",
                "NotIn" => $"{key} notin ({values})",
                "DoesNotExist" => $"!{key}",
                _ => $"{key}",
            };
        });
        return string.Join(',', expressions.Prepend(Labels(selector.At("matchLabels"))).Where(text => text.Length > 0));
    }

    /// <summary>Labels as a query parameter's value.</summary>
    public static string Labels(JsonNode? labels) => string.Join(
        ',',
        (labels as JsonObject ?? []).Select(label => string.Create(CultureInfo.InvariantCulture, $"{label.Key}={label.Value}")));

    public static bool IsOwnedBy(JsonNode item, string? uid) => uid is not null && item.Items("metadata", "ownerReferences").Any(owner => owner.Text("uid") == uid);
}
