using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.CustomResources.Cel;

/// <summary>
/// Values of expressions: null, bool, long, double and string; lists and maps are <see cref="IReadOnlyList{T}"/> and
/// <see cref="JsonObject"/>.
/// </summary>
internal static class CelValues
{
    public static object? From(JsonNode? node) => node switch
    {
        null => null,
        JsonObject => node,
        JsonArray items => items.Select(From).ToList(),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => node.GetValue<string>(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => long.TryParse(node.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                ? (object)whole
                : double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture),
        },
    };

    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (long or double, long or double) => AsDouble(left) == AsDouble(right),
        (IReadOnlyList<object?> first, IReadOnlyList<object?> second) => first.Count == second.Count && first.Zip(second).All(pair => AreEqual(pair.First, pair.Second)),
        (JsonObject first, JsonObject second) => JsonNode.DeepEquals(first, second),
        _ => Equals(left, right),
    };

    public static int Order(object? left, object? right) => (left, right) switch
    {
        (long first, long second) => first.CompareTo(second),
        (long or double, long or double) => AsDouble(left).CompareTo(AsDouble(right)),
        (string first, string second) => string.CompareOrdinal(first, second),
        (bool first, bool second) => first.CompareTo(second),
        _ => throw NoOverload(),
    };

    public static long Size(object? value) => value switch
    {
        string text => text.EnumerateRunes().Count(),
        IReadOnlyList<object?> items => items.Count,
        JsonObject members => members.Count,
        _ => throw NoOverload(),
    };

    public static bool Contains(object? container, object? value) => container switch
    {
        IReadOnlyList<object?> items => items.Any(item => AreEqual(item, value)),
        JsonObject members => value is string name && members.ContainsKey(name),
        _ => throw NoOverload(),
    };

    public static object? Field(object? owner, string name) => owner is JsonObject members
        ? members.TryGetPropertyValue(name, out var value) ? From(value) : throw new CelException($"no such key: {name}")
        : throw NoOverload();

    public static object? Index(object? owner, object? index) => (owner, index) switch
    {
        (JsonObject, string name) => Field(owner, name),
        (IReadOnlyList<object?> items, long at) => at >= 0 && at < items.Count ? items[(int)at] : throw new CelException(string.Create(CultureInfo.InvariantCulture, $"index out of bounds: {at}")),
        _ => throw NoOverload(),
    };

    /// <summary>What a comprehension goes through: elements of a list, keys of a map.</summary>
    public static IEnumerable<object?> Elements(object? value) => value switch
    {
        IReadOnlyList<object?> items => items,
        JsonObject members => members.Select(member => (object?)member.Key),
        _ => throw NoOverload(),
    };

    public static object? Calculate(string sign, object? left, object? right)
    {
        try
        {
            return (sign, left, right) switch
            {
                ("+", long first, long second) => checked(first + second),
                ("-", long first, long second) => checked(first - second),
                ("*", long first, long second) => checked(first * second),
                ("/", long first, long second) => second == 0 ? throw new CelException("division by zero") : checked(first / second),
                ("%", long first, long second) => second == 0 ? throw new CelException("modulus by zero") : checked(first % second),
                ("+", double first, double second) => first + second,
                ("-", double first, double second) => first - second,
                ("*", double first, double second) => first * second,
                ("/", double first, double second) => first / second,
                ("+", string first, string second) => first + second,
                ("+", IReadOnlyList<object?> first, IReadOnlyList<object?> second) => first.Concat(second).ToList(),
                _ => throw NoOverload(),
            };
        }
        catch (OverflowException)
        {
            throw new CelException("integer overflow");
        }
    }

    public static bool AsBool(object? value) => value is bool flag ? flag : throw NoOverload();

    public static string AsText(object? value) => value as string ?? throw NoOverload();

    public static long AsLong(object? value) => value is long number ? number : throw NoOverload();

    public static double AsDouble(object? value) => value switch { long number => number, double number => number, _ => throw NoOverload() };

    public static CelException NoOverload() => new("no such overload");
}
