using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting.JsonPaths;

/// <summary>One side of a comparison in a filter: a query, from the item or from the root, or a literal.</summary>
internal sealed record Operand(JsonPath? Path, bool FromRoot, JsonNode? Literal)
{
    public bool Exists(JsonNode? node, JsonNode? root) => Path is null || Select(node, root).Any();

    /// <summary>The value; none where a query does not select exactly one.</summary>
    public (bool IsThere, JsonNode? Value) Value(JsonNode? node, JsonNode? root)
    {
        if (Path is null)
        {
            return (true, Literal);
        }

        var selected = Select(node, root).Take(2).ToArray();
        return selected.Length == 1 ? (true, selected[0]) : (false, null);
    }

    private IEnumerable<JsonNode?> Select(JsonNode? node, JsonNode? root) => Path!.Select(FromRoot ? root : node, root);
}

/// <summary>The comparisons of filters. Values of different types are never equal, and only numbers and texts have an order.</summary>
internal static class Comparisons
{
    /// <summary>Longer ones first, because others begin like them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["==", "!=", "<=", ">=", "<", ">"];

    public static Func<JsonNode?, JsonNode?, bool> Of(string name, Operand left, Operand right) => (node, root) =>
    {
        var (a, b) = (left.Value(node, root), right.Value(node, root));
        return name switch
        {
            "==" => AreEqual(a, b),
            "!=" => !AreEqual(a, b),
            "<" => Order(a, b) < 0,
            ">" => Order(a, b) > 0,
            "<=" => Order(a, b) <= 0 || AreEqual(a, b),
            _ => Order(a, b) >= 0 || AreEqual(a, b),
        };
    };

    private static bool AreEqual((bool IsThere, JsonNode? Value) a, (bool IsThere, JsonNode? Value) b) =>
        a.IsThere == b.IsThere && (Order(a, b) is { } order ? order == 0 : JsonNode.DeepEquals(a.Value, b.Value));

    private static int? Order((bool IsThere, JsonNode? Value) a, (bool IsThere, JsonNode? Value) b) => (a.Value, b.Value) switch
    {
        (JsonValue x, JsonValue y) when x.GetValueKind() == JsonValueKind.Number && y.GetValueKind() == JsonValueKind.Number => Number(x).CompareTo(Number(y)),
        (JsonValue x, JsonValue y) when x.TryGetValue(out string? left) && y.TryGetValue(out string? right) => string.CompareOrdinal(left, right),
        _ => null,
    };

    private static double Number(JsonValue value) => value.TryGetValue(out double number) ? number : value.TryGetValue(out long integer) ? integer : value.GetValue<int>();
}
