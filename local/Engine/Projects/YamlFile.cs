using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Scalelab.Engine.Projects;

/// <summary>A YAML file as nodes that remember their lines, so that errors can point at them.</summary>
internal sealed partial class YamlFile
{
    private YamlFile(string path, YamlMappingNode root)
    {
        Path = path;
        Root = root;
    }

    public string Path { get; }

    public YamlMappingNode Root { get; }

    /// <exception cref="EngineException">The file is absent, unreadable or not a YAML mapping.</exception>
    public static YamlFile Read(string path)
    {
        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <exception cref="EngineException">The text is not a YAML mapping.</exception>
    public static YamlFile Parse(string path, string text)
    {
        try
        {
            using var reader = new StringReader(text);
            var stream = new YamlStream();
            stream.Load(reader);
            return stream.Documents switch
            {
                [] => new YamlFile(path, []),
                [{ RootNode: YamlMappingNode root }] => new YamlFile(path, root),
                // A file of nothing but comments holds one empty scalar.
                [{ RootNode: YamlScalarNode { Value: null or "" } }] => new YamlFile(path, []),
                _ => throw new EngineException($"{path}: expected one YAML mapping (key: value lines). Compare with the other stacks' files."),
            };
        }
        catch (YamlException e)
        {
            throw new EngineException($"{path}, line {e.Start.Line}: not valid YAML: {e.Message} Correct that line.", e);
        }
    }

    public EngineException Error(YamlNode node, string message) => new($"{Path}, line {node.Start.Line}: {message}");

    public static YamlNode? Find(YamlMappingNode mapping, string key) =>
        mapping.Children.FirstOrDefault(child => child.Key is YamlScalarNode { Value: var name } && name == key).Value;

    public string? FindText(YamlMappingNode mapping, string key) => Find(mapping, key) switch
    {
        null => null,
        YamlScalarNode { Value: { Length: > 0 } text } => text,
        var node => throw Error(node, $"'{key}' must be a text, for example '{key}: something'."),
    };

    /// <summary>The mapping below a key; an empty one when the key is absent or has no value.</summary>
    public YamlMappingNode Mapping(YamlMappingNode mapping, string key) => Find(mapping, key) switch
    {
        null or YamlScalarNode { Value: null or "" } => [],
        YamlMappingNode found => found,
        var node => throw Error(node, $"'{key}' must be a mapping of keys to values, indented below it."),
    };

    public string Key(YamlNode node) =>
        node is YamlScalarNode { Value: { Length: > 0 } name } ? name : throw Error(node, "a key must be a plain text.");

    /// <summary>The value in JSON's types, by YAML's core schema: unquoted true, 3, 1.5 and null are not texts.</summary>
    public JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(child => KeyValuePair.Create(Key(child.Key), ToJson(child.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: var text } => Scalar(text),
        YamlScalarNode { Value: var text } => JsonValue.Create(text),
        _ => throw Error(node, "this kind of YAML value is not supported; write a text, number, list or mapping."),
    };

    private static JsonValue? Scalar(string? text) => text switch
    {
        null or "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) => JsonValue.Create(integer),
        _ when Number().IsMatch(text) => JsonValue.Create(double.Parse(text, CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(text),
    };

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex Number();
}
