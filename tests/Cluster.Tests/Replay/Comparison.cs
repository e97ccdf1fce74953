using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Tests.Replay;

/// <summary>Finds where an answer differs from the recorded one outside the masks.</summary>
internal static class Comparison
{
    /// <param name="masks">JSON pointers with <c>*</c> for any index or key; each covers everything below it, the empty one covers all.</param>
    public static IEnumerable<string> Differences(JsonNode? expected, JsonNode? actual, IReadOnlyCollection<string> masks)
    {
        if (masks.Contains(""))
        {
            return [];
        }

        var parts = masks.Select(mask => mask.Split('/')[1..]).ToList();
        return Differences(expected, actual, []).Where(difference => !parts.Any(mask => Covers(mask, difference.Path))).Select(difference => difference.Text);
    }

    private static IEnumerable<(string[] Path, string Text)> Differences(JsonNode? expected, JsonNode? actual, string[] path)
    {
        switch (expected, actual)
        {
            case (JsonObject left, JsonObject right):
                foreach (var name in left.Select(member => member.Key).Union(right.Select(member => member.Key)).ToList())
                {
                    string[] child = [.. path, name];
                    if (!left.ContainsKey(name) || !right.ContainsKey(name))
                    {
                        yield return (child, Describe(child, left.ContainsKey(name) ? left[name]?.ToJsonString() ?? "null" : "nothing", right.ContainsKey(name) ? right[name]?.ToJsonString() ?? "null" : "nothing"));
                        continue;
                    }

                    foreach (var difference in Differences(left[name], right[name], child))
                    {
                        yield return difference;
                    }
                }

                break;
            case (JsonArray left, JsonArray right) when left.Count == right.Count:
                for (var index = 0; index < left.Count; index++)
                {
                    foreach (var difference in Differences(left[index], right[index], [.. path, index.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
                    {
                        yield return difference;
                    }
                }

                break;
            case (JsonArray left, JsonArray right):
                yield return (path, Describe(path, $"{left.Count} items", $"{right.Count} items"));
                break;
            default:
                if (!JsonNode.DeepEquals(expected, actual))
                {
                    yield return (path, Describe(path, expected?.ToJsonString() ?? "null", actual?.ToJsonString() ?? "null"));
                }

                break;
        }
    }

    private static bool Covers(string[] mask, string[] path) => mask.Length <= path.Length && mask.Zip(path).All(pair => pair.First == "*" || Unescape(pair.First) == pair.Second);

    private static string Unescape(string part) => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static string Describe(string[] path, string expected, string actual) => $"/{string.Join('/', path)}: expected {Shorten(expected)}, got {Shorten(actual)}";

    private static string Shorten(string text) => text.Length > 160 ? text[..160] + "…" : text;
}
