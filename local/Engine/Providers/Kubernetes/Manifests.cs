using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>
/// Objects written in YAML, as kubectl reads them: documents one after the other, scalars by the rules of YAML 1.1 (<c>yes</c> is true, <c>0644</c>
/// is octal), merge keys resolved.
/// </summary>
internal static partial class Manifests
{
    private const string MergeKey = "<<";

    private static readonly HashSet<string> True = ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"];
    private static readonly HashSet<string> False = ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"];
    private static readonly HashSet<string> Null = ["", "~", "null", "Null", "NULL"];

    /// <summary>The objects of all documents; what has no kind, as empty documents, is passed over.</summary>
    /// <exception cref="ProviderException">It is no YAML, or a document is no mapping.</exception>
    public static IReadOnlyList<JsonObject> Read(string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return [.. stream.Documents.Select(document => Convert(document.RootNode)).Where(document => document is not null).Select(AsObject).Where(item => item.Text("kind") is not null && item.Text("apiVersion") is not null)];
        }
        catch (YamlException e)
        {
            throw new ProviderException($"The manifest is no YAML: {e.Message} (line {e.Start.Line})", e);
        }
    }

    private static JsonObject AsObject(JsonNode? document) =>
        document as JsonObject ?? throw new ProviderException("A document of the manifest is no mapping. It must have apiVersion, kind and metadata.");

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => Convert(mapping),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: var text } scalar when scalar.Tag.IsEmpty => Scalar(text ?? ""),
        YamlScalarNode { Value: var text } => JsonValue.Create(text ?? ""),
        _ => null,
    };

    private static JsonObject Convert(YamlMappingNode mapping)
    {
        var json = new JsonObject();
        foreach (var (key, value) in mapping.OrderBy(entry => KeyOf(entry.Key) == MergeKey ? 0 : 1))
        {
            if (KeyOf(key) != MergeKey)
            {
                json[KeyOf(key)] = Convert(value);
                continue;
            }

            foreach (var merged in value is YamlSequenceNode list ? list.Reverse() : [value])
            {
                foreach (var (name, inner) in (Convert(merged) as JsonObject ?? []).ToArray())
                {
                    json[name] = inner?.DeepClone();
                }
            }
        }

        return json;
    }

    private static string KeyOf(YamlNode key) => (key as YamlScalarNode)?.Value ?? throw new ProviderException("A mapping of the manifest has a key that is no text.");

    private static JsonValue? Scalar(string text)
    {
        if (Null.Contains(text))
        {
            return null;
        }

        if (True.Contains(text) || False.Contains(text))
        {
            return JsonValue.Create(True.Contains(text));
        }

        if (Integer().IsMatch(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return JsonValue.Create(integer);
        }

        if (Based().Match(text) is { Success: true } based)
        {
            var digits = based.Groups["digits"].Value;
            return JsonValue.Create(System.Convert.ToInt64(digits, based.Groups["hex"].Success ? 16 : 8));
        }

        return Fraction().IsMatch(text) && double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : JsonValue.Create(text);
    }

    [GeneratedRegex("^[-+]?(0|[1-9][0-9]*)$")]
    private static partial Regex Integer();

    [GeneratedRegex("^(?<hex>0x)(?<digits>[0-9a-fA-F]{1,15})$|^0o?(?<digits>[0-7]{1,20})$")]
    private static partial Regex Based();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex Fraction();
}
