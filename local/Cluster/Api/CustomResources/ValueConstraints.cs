using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Scalelab.Cluster.Api.Kinds;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>The words of a schema that bound a single value, each a row of a table, with the texts of kube-openapi's validation.</summary>
internal static class ValueConstraints
{
    /// <summary>A pattern of a client must not hold the server.</summary>
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromSeconds(1);

    private static readonly (string Word, Action<Value> Check)[] Rows =
    [
        ("maxLength", static value => value.OfText(static text => Length(text) > text.Limit, static text => text.Errors.TooLong(text.Path, (int)text.Limit))),
        ("minLength", static value => value.OfText(static text => Length(text) < text.Limit, static text => text.Fail($"should be at least {text.Limit} chars long"))),
        ("pattern", static value => value.OfText(static text => !Matches(text), static text => text.Fail($"should match '{text.Schema.Text("pattern")}'"))),
        ("format", static value => value.OfText(static text => !Formats.IsValid(text.Schema.Text("format"), text.Node.Text()), static text => text.FailType($"must be of type {text.Schema.Text("format")}: {JsonValue.Create(text.Node.Text()).ToJsonString()}"))),
        ("multipleOf", static value => value.OfNumber(static number => number.Number % number.Bound != 0, static number => number.Fail($"should be a multiple of {Print(number.Bound)}"))),
        ("maximum", static value => value.OfNumber(IsAbove, static number => number.Fail($"should be less than {(number.Schema.Flag("exclusiveMaximum") ? "" : "or equal to ")}{Print(number.Bound)}"))),
        ("minimum", static value => value.OfNumber(IsBelow, static number => number.Fail($"should be greater than {(number.Schema.Flag("exclusiveMinimum") ? "" : "or equal to ")}{Print(number.Bound)}"))),
        ("maxItems", static value => value.Of<JsonArray>((list, at) =>
        {
            if (list.Count > at.Limit)
            {
                at.Errors.TooMany(at.Path, list.Count, (int)at.Limit);
            }
        })),
        ("minItems", static value => value.Of<JsonArray>((list, at) =>
        {
            if (list.Count < at.Limit)
            {
                at.Errors.Invalid(at.Path, list.Count, $"{at.Path} in body should have at least {at.Limit} items");
            }
        })),
        ("maxProperties", static value => value.Of<JsonObject>((map, at) =>
        {
            if (map.Count > at.Limit)
            {
                at.Errors.TooMany(at.Path, map.Count, (int)at.Limit);
            }
        })),
        ("minProperties", static value => value.Of<JsonObject>((map, at) =>
        {
            if (map.Count < at.Limit)
            {
                at.Errors.Invalid(at.Path, map.Count, $"{at.Path} in body should have at least {at.Limit} properties");
            }
        })),
        ("enum", Enumerated),
    ];

    public static bool IsKnown(string word) => Array.Exists(Rows, row => row.Word == word);

    public static void Check(JsonNode? node, JsonObject schema, string path, FieldErrors errors)
    {
        foreach (var (word, check) in Rows)
        {
            if (schema[word] is not null)
            {
                check(new Value(node, schema, word, path, errors));
            }
        }
    }

    private static void Enumerated(Value value)
    {
        var allowed = value.Schema["enum"] as JsonArray ?? [];
        if (!allowed.Any(item => JsonNode.DeepEquals(item, value.Node)))
        {
            value.Errors.NotSupported(value.Path, value.Node, allowed.Select(item => item?.GetValueKind() == JsonValueKind.String ? item.GetValue<string>() : item?.ToJsonString() ?? "null"));
        }
    }

    private static bool IsAbove(Value value) => value.Number > value.Bound || (value.Number == value.Bound && value.Schema.Flag("exclusiveMaximum"));

    private static bool IsBelow(Value value) => value.Number < value.Bound || (value.Number == value.Bound && value.Schema.Flag("exclusiveMinimum"));

    private static long Length(Value value) => value.Node.Text().EnumerateRunes().Count();

    private static bool Matches(Value value)
    {
        try
        {
            return Regex.IsMatch(value.Node.Text(), value.Schema.Text("pattern"), RegexOptions.CultureInvariant, PatternTimeout);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static string Print(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private readonly record struct Value(JsonNode? Node, JsonObject Schema, string Word, string Path, FieldErrors Errors)
    {
        public long Limit => Schema.Number(Word);

        public double Bound => AsNumber(Schema[Word]);

        public double Number => AsNumber(Node);

        public void OfText(Predicate<Value> isBad, Action<Value> report)
        {
            if (Node?.GetValueKind() == JsonValueKind.String && isBad(this))
            {
                report(this);
            }
        }

        public void OfNumber(Predicate<Value> isBad, Action<Value> report)
        {
            if (Node?.GetValueKind() == JsonValueKind.Number && isBad(this))
            {
                report(this);
            }
        }

        public void Of<T>(Action<T, Value> check)
            where T : JsonNode
        {
            if (Node is T node)
            {
                check(node, this);
            }
        }

        public void Fail(string problem) => Errors.Invalid(Path, Node, $"{Path} in body {problem}");

        public void FailType(string problem) => Errors.Invalid(Path, Node, $"{Path} in body {problem}");

        private static double AsNumber(JsonNode? node) => node is JsonValue && double.TryParse(node.ToJsonString(), CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
