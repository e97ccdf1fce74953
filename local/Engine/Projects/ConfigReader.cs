using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Scalelab.Engine.Projects;

/// <summary>Turns a YAML value into what <c>PULUMI_CONFIG</c> carries: scalars as their text, everything else as JSON.</summary>
internal static class ConfigReader
{
    private const string SecureKey = "secure";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ConfigValue Read(YamlFile yaml, YamlNode node)
    {
        switch (node)
        {
            case YamlScalarNode { Value: var text }:
                return new ConfigValue(text ?? "", IsSecret: false);
            case YamlMappingNode mapping when Ciphertext(mapping) is { } ciphertext:
                return new ConfigValue(ciphertext, IsSecret: true);
            default:
                return new ConfigValue(yaml.ToJson(node)?.ToJsonString(Relaxed) ?? "", ContainsSecret(node), IsObject: true);
        }
    }

    /// <summary>The value with every secret in it decrypted.</summary>
    /// <param name="value">As read.</param>
    /// <param name="decrypt">Turns a ciphertext into clear text.</param>
    public static string Resolve(ConfigValue value, Func<string, string> decrypt) => value switch
    {
        { IsSecret: false } => value.Text,
        { IsObject: false } => decrypt(value.Text),
        _ => Resolve(JsonNode.Parse(value.Text), decrypt)!.ToJsonString(Relaxed),
    };

    /// <summary>Why the text is not of the declared type; null when it is.</summary>
    public static string? Mismatch(string type, string text) => type switch
    {
        "integer" when !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => "a whole number",
        "number" when !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) => "a number",
        "boolean" when text is not ("true" or "false") => "true or false",
        "array" when !Parses<JsonArray>(text) => "a list",
        "object" when !Parses<JsonObject>(text) => "a mapping",
        _ => null,
    };

    /// <summary>Whether a structured value has a secret in it.</summary>
    public static bool HoldsSecret(JsonNode? node) => node switch
    {
        JsonObject { Count: 1 } secret when secret[SecureKey] is JsonValue value && value.TryGetValue<string>(out _) => true,
        JsonObject map => map.Any(entry => HoldsSecret(entry.Value)),
        JsonArray list => list.Any(HoldsSecret),
        _ => false,
    };

    private static JsonNode? Resolve(JsonNode? node, Func<string, string> decrypt) => node switch
    {
        JsonObject { Count: 1 } secret when secret[SecureKey] is JsonValue value && value.TryGetValue(out string? ciphertext) => JsonValue.Create(decrypt(ciphertext)),
        JsonObject map => new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key, Resolve(entry.Value, decrypt)))),
        JsonArray list => new JsonArray([.. list.Select(item => Resolve(item, decrypt))]),
        _ => node?.DeepClone(),
    };

    private static bool Parses<T>(string text)
        where T : JsonNode
    {
        try
        {
            return JsonNode.Parse(text) is T;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool ContainsSecret(YamlNode node) => node switch
    {
        YamlMappingNode mapping => Ciphertext(mapping) is not null || mapping.Children.Any(child => ContainsSecret(child.Value)),
        YamlSequenceNode sequence => sequence.Children.Any(ContainsSecret),
        _ => false,
    };

    private static string? Ciphertext(YamlMappingNode mapping) =>
        mapping.Children.Count == 1 && mapping.Children[0] is { Key: YamlScalarNode { Value: SecureKey }, Value: YamlScalarNode { Value: { } text } }
            ? text
            : null;
}
