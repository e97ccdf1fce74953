using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Tests;

/// <summary>JSON in tests: parsing, and comparison with a readable message.</summary>
internal static class Json
{
    public static JsonObject Object(string text) => JsonNode.Parse(text)!.AsObject();

    /// <summary>Asserts equality whatever the order of members, and names the first difference.</summary>
    public static void Equal(JsonNode? expected, JsonNode? actual, string about = "")
    {
        if (Difference(expected, actual, "") is { } difference)
        {
            Assert.Fail($"{about}{difference}\n  actual: {actual?.ToJsonString()}");
        }
    }

    private static string? Difference(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected, actual)
        {
            case (JsonObject left, JsonObject right):
                return left.Select(member => member.Key).Union(right.Select(member => member.Key))
                    .Select(name => left.ContainsKey(name) != right.ContainsKey(name)
                        ? $"{path}/{name}: expected {(left.ContainsKey(name) ? left[name]?.ToJsonString() ?? "null" : "nothing")}, got {(right.ContainsKey(name) ? right[name]?.ToJsonString() ?? "null" : "nothing")}"
                        : Difference(left[name], right[name], $"{path}/{name}"))
                    .FirstOrDefault(difference => difference is not null);
            case (JsonArray left, JsonArray right) when left.Count == right.Count:
                return left.Select((item, index) => Difference(item, right[index], $"{path}/{index}")).FirstOrDefault(difference => difference is not null);
            default:
                return JsonNode.DeepEquals(expected, actual) ? null : $"{path}: expected {expected?.ToJsonString() ?? "null"}, got {actual?.ToJsonString() ?? "null"}";
        }
    }
}
