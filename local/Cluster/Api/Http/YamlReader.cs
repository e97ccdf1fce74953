using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Scalelab.Cluster.Api.Http;

/// <summary>YAML bodies as JSON, with the scalar types of YAML 1.1's core that upstream's converter knows.</summary>
internal static class YamlReader
{
    /// <exception cref="ApiException">400.</exception>
    public static JsonObject ReadObject(ReadOnlyMemory<byte> bytes, string kind, ICollection<string> duplicates)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(Encoding.UTF8.GetString(bytes.Span)));
            if (stream.Documents.Count == 0)
            {
                return [];
            }

            return Convert(stream.Documents[0].RootNode, 0) as JsonObject
                ?? throw ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; the document is no mapping");
        }
        catch (YamlException exception)
        {
            duplicates.Clear();
            throw ApiErrors.BadRequest(
                $"error converting YAML to JSON: yaml: line {exception.Start.Line.ToString(CultureInfo.InvariantCulture)}: {exception.InnerException?.Message ?? exception.Message}");
        }
    }

    private static JsonNode? Convert(YamlNode node, int depth)
    {
        // Aliases can make a small text describe a tree without end.
        if (depth > 100)
        {
            throw ApiErrors.BadRequest("error converting YAML to JSON: yaml: exceeded max depth of 100");
        }

        switch (node)
        {
            case YamlMappingNode mapping:
                var value = new JsonObject();
                foreach (var (key, child) in mapping.Children)
                {
                    value[((YamlScalarNode)key).Value ?? ""] = Convert(child, depth + 1);
                }

                return value;
            case YamlSequenceNode sequence:
                return new JsonArray([.. sequence.Children.Select(child => Convert(child, depth + 1))]);
            case YamlScalarNode { Style: ScalarStyle.Plain } plain when plain.Tag.IsEmpty || plain.Tag.IsNonSpecific:
                return Plain(plain.Value ?? "");
            case YamlScalarNode scalar:
                return JsonValue.Create(scalar.Value);
            default:
                return null;
        }
    }

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => JsonValue.Create(true),
        "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        _ when (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.') && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) =>
            JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
