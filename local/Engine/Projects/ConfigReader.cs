using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Scalelab.Engine.Projects;

/// <summary>Turns a YAML value into what <c>PULUMI_CONFIG</c> carries: scalars as their text, everything else as JSON.</summary>
internal static class ConfigReader
{
    private const string SecureKey = "secure";

    public static ConfigValue Read(YamlFile yaml, YamlNode node)
    {
        switch (node)
        {
            case YamlScalarNode { Value: var text }:
                return new ConfigValue(text ?? "", IsSecret: false);
            case YamlMappingNode mapping when Ciphertext(mapping) is { } ciphertext:
                return new ConfigValue(ciphertext, IsSecret: true);
            default:
                if (ContainsSecret(node))
                {
                    throw yaml.Error(node, "secrets inside structured values are not supported yet. Give the secret a key of its own.");
                }

                return new ConfigValue(yaml.ToJson(node)?.ToJsonString() ?? "", IsSecret: false);
        }
    }

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

    private static bool Parses<T>(string text)
        where T : JsonNode
    {
        try
        {
            return JsonNode.Parse(text) is T;
        }
        catch (System.Text.Json.JsonException)
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
