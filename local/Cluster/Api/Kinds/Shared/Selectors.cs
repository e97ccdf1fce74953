using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Label selectors as objects carry them: matchLabels and matchExpressions.</summary>
internal static class Selectors
{
    /// <summary>Whether a selector matches labels. An empty selector matches everything, an absent one nothing.</summary>
    public static bool Matches(JsonObject? selector, JsonNode? labels) => selector is not null
        && selector.Entries("matchLabels").All(entry => labels.At(entry.Key) is { } value && value.SameAs(entry.Value))
        && selector.Items("matchExpressions").All(expression => Matches(expression, labels.At(expression.Text("key"))?.GetValue<string>()));

    /// <summary>As kubectl prints it: <c>a=b,c in (d,e),!f</c>; none for an empty one.</summary>
    public static string Print(JsonObject? selector)
    {
        if (selector is null)
        {
            return Columns.None;
        }

        var terms = selector.Entries("matchLabels").Select(entry => (entry.Key, Text: $"{entry.Key}={entry.Value.Text()}"))
            .Concat(selector.Items("matchExpressions").Select(expression => (Key: expression.Text("key"), Text: Print(expression, expression.Text("key")))))
            .OrderBy(term => term.Key, StringComparer.Ordinal)
            .Select(term => term.Text);
        return Columns.OrNone(string.Join(',', terms));
    }

    private static bool Matches(JsonObject expression, string? value) => expression.Text("operator") switch
    {
        "In" => value is not null && expression.Texts("values").Contains(value),
        "NotIn" => value is null || !expression.Texts("values").Contains(value),
        "Exists" => value is not null,
        "DoesNotExist" => value is null,
        _ => false,
    };

    private static string Print(JsonObject expression, string key)
    {
        var values = string.Join(',', expression.Texts("values").Order(StringComparer.Ordinal));
        return expression.Text("operator") switch
        {
            "In" => $"{key} in ({values})",
            "NotIn" => $"{key} notin ({values})",
            "Exists" => key,
            _ => $"!{key}",
        };
    }
}
