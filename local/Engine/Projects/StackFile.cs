using YamlDotNet.RepresentationModel;

namespace Scalelab.Engine.Projects;

/// <summary>
/// A stack's file as its owner wrote it. Changes touch the lines that they are about and nothing else: comments, order and style stay.
/// </summary>
/// <remarks>Positions are lines and columns of the parsed nodes; after each change the text is parsed anew.</remarks>
public sealed class StackFile
{
    internal const string EncryptionSaltKey = "encryptionsalt";

    private const string ConfigKeyName = "config";

    private string _text;
    private YamlFile _yaml;

    private StackFile(string path, string text)
    {
        Path = path;
        _text = text;
        _yaml = YamlFile.Parse(path, text);
    }

    /// <summary>The file, absolute.</summary>
    public string Path { get; }

    /// <exception cref="EngineException">The file is absent, unreadable or not a YAML mapping.</exception>
    public static StackFile Open(string path)
    {
        try
        {
            return new StackFile(path, File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Sets a configuration value in clear.</summary>
    /// <param name="project">The namespace of keys that have none.</param>
    /// <param name="path">The key with its namespace, then names (<see cref="string"/>) and indexes (<see cref="int"/>) within the value.</param>
    /// <param name="value">The value. Within a structured one, true, false and whole numbers are taken for what they look like.</param>
    /// <exception cref="EngineException">The path goes through a value that is not structured, or past the end of a list.</exception>
    public void Set(string project, IReadOnlyList<object> path, string value) =>
        SetScalar(project, path, path.Count > 1 ? YamlText.OfValue(value) : YamlText.OfText(value), isSecret: false);

    /// <summary>Sets a configuration value that is encrypted already.</summary>
    /// <inheritdoc cref="Set"/>
    public void SetSecret(string project, IReadOnlyList<object> path, string ciphertext) => SetScalar(project, path, YamlText.OfText(ciphertext), isSecret: true);

    /// <summary>Removes a configuration value.</summary>
    /// <param name="project">The namespace of keys that have none.</param>
    /// <param name="path">As in <see cref="Set"/>.</param>
    /// <returns>False when there was none.</returns>
    public bool Remove(string project, IReadOnlyList<object> path)
    {
        if (Locate(project, path) is not (var parts, var nodes, { Count: 0 }))
        {
            return false;
        }

        Apply(new YamlLayout(_text).Remove(nodes, parts));
        return true;
    }

    /// <summary>Sets a key beside <c>config</c>.</summary>
    internal void SetTopLevel(string key, string value)
    {
        var nodes = new List<YamlNode> { _yaml.Root };
        var found = YamlFile.Find(_yaml.Root, key);
        var layout = new YamlLayout(_text);
        Apply(found is null ? layout.Insert(nodes, key, YamlText.OfText(value), isSecret: false) : layout.Replace([.. nodes, found], key, YamlText.OfText(value), isSecret: false));
    }

    /// <summary>Writes the file, at once or not at all.</summary>
    public void Save()
    {
        var temporary = $"{Path}.new";
        try
        {
            File.WriteAllText(temporary, _text);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(Path));
            }

            File.Move(temporary, Path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException($"{Path} cannot be written: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _text;

    private void SetScalar(string project, IReadOnlyList<object> path, string scalar, bool isSecret)
    {
        if (YamlFile.Find(_yaml.Root, ConfigKeyName) is null)
        {
            Apply(new YamlLayout(_text).Insert([_yaml.Root], ConfigKeyName, "{}", isSecret: false));
        }

        var (parts, nodes, missing) = Locate(project, path);
        var layout = new YamlLayout(_text);
        if (missing.Count == 0)
        {
            Apply(layout.Replace(nodes, parts[^1], scalar, isSecret));
            return;
        }

        // What is missing beyond the first part comes along as one value.
        var value = isSecret && missing.Count > 1 ? $"{{ secure: {scalar} }}" : scalar;
        for (var i = missing.Count - 1; i >= 1; i--)
        {
            value = missing[i] is string name ? $"{{ {YamlText.OfText(name)}: {value} }}" : $"[ {value} ]";
        }

        CheckInsertable(nodes[^1], missing, parts);
        Apply(layout.Insert(nodes, missing[0], value, isSecret && missing.Count == 1));
    }

    // The parts as the file names them, the nodes that exist from the root on, and the parts that do not exist.
    private (List<object> Parts, List<YamlNode> Nodes, List<object> Missing) Locate(string project, IReadOnlyList<object> path)
    {
        List<object> parts = [ConfigKeyName, KeyInFile(project, (string)path[0]), .. path.Skip(1)];
        var nodes = new List<YamlNode> { _yaml.Root };
        foreach (var part in parts)
        {
            if (Child(nodes[^1], part) is not { } child)
            {
                break;
            }

            nodes.Add(child);
        }

        return (parts, nodes, [.. parts.Skip(nodes.Count - 1)]);
    }

    private string KeyInFile(string project, string key) => _yaml.Mapping(_yaml.Root, ConfigKeyName).Children
        .Select(child => _yaml.Key(child.Key))
        .FirstOrDefault(name => ConfigKey.Qualify(name, project) == key) ?? key;

    private static YamlNode? Child(YamlNode node, object part) => (node, part) switch
    {
        (YamlMappingNode mapping, string name) => YamlFile.Find(mapping, name),
        (YamlSequenceNode sequence, int index) when index >= 0 && index < sequence.Children.Count => sequence.Children[index],
        _ => null,
    };

    private void CheckInsertable(YamlNode node, List<object> missing, List<object> parts)
    {
        var fits = (node, missing[0]) switch
        {
            (YamlMappingNode, string) => true,
            (YamlSequenceNode { Children.Count: var count }, int index) => index == count,
            (YamlScalarNode { Value: null or "" }, string or 0) => true,
            _ => false,
        };
        if (!fits || missing.Skip(1).Any(part => part is int and not 0))
        {
            var place = string.Join('.', parts.Skip(1).Take(parts.Count - 1 - missing.Count));
            throw _yaml.Error(node, $"'{missing[0]}' cannot be set in '{place}': what stands there is {Describe(node)}. Set or remove that first; a list grows by one item at its end.");
        }
    }

    private static string Describe(YamlNode node) => node switch
    {
        YamlMappingNode => "a mapping",
        YamlSequenceNode { Children.Count: var count } => $"a list of {count}",
        _ => "a plain value",
    };

    private void Apply(string text)
    {
        _yaml = YamlFile.Parse(Path, text);
        _text = text;
    }
}
