using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Scalelab.Cluster.Api.Http;

/// <summary>
/// YAML bodies as JSON, with the scalars of YAML 1.1 as upstream's converter takes them (a key <c>y</c> is the boolean true). Size and
/// depth are bounded, also where aliases repeat a part.
/// </summary>
internal sealed class YamlReader
{
    private const int MaximumDepth = 100;
    private const int MaximumNodes = 100_000;

    private readonly Parser _parser;
    private readonly ICollection<string> _duplicates;
    private readonly Dictionary<AnchorName, JsonNode?> _anchors = [];
    private int _nodes;

    private YamlReader(ReadOnlyMemory<byte> bytes, ICollection<string> duplicates)
    {
        _parser = new Parser(new StringReader(Encoding.UTF8.GetString(bytes.Span)));
        _duplicates = duplicates;
    }

    /// <param name="duplicates">Receives one text for each key that a mapping has twice, e.g. <c>line 6: key "a" already set in map</c>.</param>
    /// <returns>The object; what stands there when it is none.</returns>
    /// <exception cref="YamlException">It is no YAML.</exception>
    /// <exception cref="ApiException">400: too deep or too large.</exception>
    public static JsonNode? Read(ReadOnlyMemory<byte> bytes, ICollection<string> duplicates)
    {
        var reader = new YamlReader(bytes, duplicates);
        reader._parser.Consume<StreamStart>();
        if (!reader._parser.TryConsume<DocumentStart>(out _))
        {
            return null;
        }

        var node = reader.Node(0);
        reader._parser.Consume<DocumentEnd>();
        return node;
    }

    /// <exception cref="ApiException">400: it is no object of a kind.</exception>
    public static JsonObject ReadObject(ReadOnlyMemory<byte> bytes, string kind, ICollection<string> duplicates)
    {
        try
        {
            return Read(bytes, duplicates) switch
            {
                null => [],
                JsonObject value => value,
                _ => throw ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; the document is no mapping"),
            };
        }
        catch (YamlException exception)
        {
            throw ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {kind}): {Describe(exception)} ({Convert.ToHexStringLower(bytes.Span)})");
        }
    }

    /// <summary>A parser's complaint in the words of Go's, where the two know the same.</summary>
    public static string Describe(YamlException exception)
    {
        var message = exception.InnerException?.Message ?? exception.Message;
        foreach (var (ours, theirs) in (ReadOnlySpan<(string, string)>)
            [
                ("found invalid mapping", "mapping values are not allowed in this context"),
                ("did not find expected node content", "did not find expected node content"),
                ("did not find expected ',' or '}'", "did not find expected ',' or '}'"),
                ("found character that cannot start any token", "found character that cannot start any token"),
            ])
        {
            if (message.Contains(ours, StringComparison.OrdinalIgnoreCase))
            {
                return "yaml: " + theirs;
            }
        }

        return $"yaml: line {exception.Start.Line.ToString(CultureInfo.InvariantCulture)}: {message}";
    }

    private JsonNode? Node(int depth)
    {
        if (depth > MaximumDepth || ++_nodes > MaximumNodes)
        {
            throw ApiErrors.BadRequest("error converting YAML to JSON: yaml: document is too deep or too large");
        }

        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Repeat(alias.Value);
        }

        AnchorName anchor;
        JsonNode? result;
        if (_parser.TryConsume<MappingStart>(out var mapping))
        {
            (anchor, result) = (mapping.Anchor, Mapping(depth));
        }
        else if (_parser.TryConsume<SequenceStart>(out var sequence))
        {
            var array = new JsonArray();
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                array.Add(Node(depth + 1));
            }

            (anchor, result) = (sequence.Anchor, array);
        }
        else
        {
            var scalar = _parser.Consume<Scalar>();
            (anchor, result) = (scalar.Anchor, Value(scalar));
        }

        if (!anchor.IsEmpty)
        {
            _anchors[anchor] = result;
        }

        return result;
    }

    private JsonObject Mapping(int depth)
    {
        var value = new JsonObject();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = _parser.Consume<Scalar>();
            var name = KeyText(key);
            var child = Node(depth + 1);
            if (value.ContainsKey(name))
            {
                _duplicates.Add($"line {key.Start.Line.ToString(CultureInfo.InvariantCulture)}: key \"{name}\" already set in map");
            }

            value[name] = child;
        }

        return value;
    }

    private JsonNode? Repeat(AnchorName name)
    {
        if (!_anchors.TryGetValue(name, out var node))
        {
            throw ApiErrors.BadRequest($"error converting YAML to JSON: yaml: unknown anchor '{name}' referenced");
        }

        _nodes += Count(node);
        return _nodes > MaximumNodes ? throw ApiErrors.BadRequest("error converting YAML to JSON: yaml: document contains excessive aliasing") : node?.DeepClone();
    }

    private static int Count(JsonNode? node) => node switch
    {
        JsonObject value => 1 + value.Sum(child => Count(child.Value)),
        JsonArray array => 1 + array.Sum(Count),
        _ => 1,
    };

    private static string KeyText(Scalar key) => Value(key) is { } value && value.GetValueKind() is not System.Text.Json.JsonValueKind.String ? value.ToJsonString() : key.Value;

    private static JsonValue? Value(Scalar scalar) =>
        scalar.Style == ScalarStyle.Plain && (scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific) ? Plain(scalar.Value) : JsonValue.Create(scalar.Value);

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "y" or "Y" or "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => JsonValue.Create(true),
        "n" or "N" or "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        _ when (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.') && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) =>
            JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
