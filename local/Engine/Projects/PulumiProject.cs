using YamlDotNet.RepresentationModel;

namespace Scalelab.Engine.Projects;

/// <summary>A project: what Pulumi.yaml says.</summary>
/// <param name="Name">The project's name and the default namespace of its configuration.</param>
/// <param name="File">Pulumi.yaml, absolute.</param>
/// <param name="ProgramFolder">The program's folder (<c>main</c>), absolute. Default: the folder of Pulumi.yaml.</param>
/// <param name="StacksFolder">Where the stacks' files lie (<c>stackConfigDir</c>), absolute. Default: the folder of Pulumi.yaml.</param>
/// <param name="Config">Declared keys and project-wide defaults.</param>
public sealed record PulumiProject(string Name, string File, string ProgramFolder, string StacksFolder, IReadOnlyList<ConfigDeclaration> Config)
{
    private const string StackFilePrefix = "Pulumi.";
    private const string StackFileSuffix = ".yaml";

    private const string Always = "always";

    private static readonly string[] Types = ["string", "integer", "number", "boolean", "array", "object"];

    /// <summary>Whether updates look first at what every resource really is, unless they are told otherwise (<c>options.refresh: always</c>). Default: no.</summary>
    public bool RefreshesAlways { get; init; }

    /// <summary>The folder of Pulumi.yaml.</summary>
    public string RootFolder => Path.GetDirectoryName(File)!;

    /// <summary>The names of the stacks that have a file, sorted.</summary>
    public IReadOnlyList<string> Stacks => !Directory.Exists(StacksFolder)
        ? []
        : [.. Directory.EnumerateFiles(StacksFolder, $"{StackFilePrefix}*{StackFileSuffix}")
            .Select(path => Path.GetFileName(path)[StackFilePrefix.Length..])
            .Where(name => name.Length > StackFileSuffix.Length)
            .Select(name => name[..^StackFileSuffix.Length])
            .Order(StringComparer.Ordinal)];

    /// <summary>Reads Pulumi.yaml in the given folder.</summary>
    /// <exception cref="EngineException">It is absent, not valid, or asks for a runtime other than dotnet.</exception>
    public static PulumiProject Load(string folder)
    {
        var path = Path.GetFullPath(Path.Combine(folder, "Pulumi.yaml"));
        if (!System.IO.File.Exists(path))
        {
            throw new EngineException($"{path} does not exist. Run from the project's folder, the one that holds Pulumi.yaml.");
        }

        var yaml = YamlFile.Read(path);
        var root = Path.GetDirectoryName(path)!;
        var name = yaml.FindText(yaml.Root, "name") ?? throw new EngineException($"{path}: 'name' is missing. Add a line 'name: <project>'.");
        var runtime = YamlFile.Find(yaml.Root, "runtime") switch
        {
            YamlMappingNode mapping => yaml.FindText(mapping, "name"),
            _ => yaml.FindText(yaml.Root, "runtime"),
        };
        if (runtime != "dotnet")
        {
            throw new EngineException($"{path}: runtime '{runtime ?? "(none)"}' is not supported here; only 'dotnet' is. Set 'runtime: dotnet' or use the Pulumi CLI.");
        }

        return new PulumiProject(
            name,
            path,
            Path.GetFullPath(Path.Combine(root, yaml.FindText(yaml.Root, "main") ?? ".")),
            Path.GetFullPath(Path.Combine(root, yaml.FindText(yaml.Root, "stackConfigDir") ?? ".")),
            Declarations(yaml, name))
        {
            RefreshesAlways = ReadsRefresh(yaml),
        };
    }

    /// <summary>The file of a stack, whether it exists or not.</summary>
    public string StackFile(string stack) => Path.Combine(StacksFolder, $"{StackFilePrefix}{stack}{StackFileSuffix}");

    private static bool ReadsRefresh(YamlFile yaml)
    {
        var options = yaml.Mapping(yaml.Root, "options");
        return yaml.FindText(options, "refresh") switch
        {
            null => false,
            Always => true,
            var other => throw yaml.Error(YamlFile.Find(options, "refresh")!, $"'refresh: {other}' is not an option of projects. Write 'refresh: {Always}', or leave it out."),
        };
    }

    private static List<ConfigDeclaration> Declarations(YamlFile yaml, string project)
    {
        var declarations = new List<ConfigDeclaration>();
        foreach (var (keyNode, value) in yaml.Mapping(yaml.Root, "config").Children)
        {
            var key = ConfigKey.Qualify(yaml.Key(keyNode), project);
            if (value is not YamlMappingNode mapping)
            {
                declarations.Add(new ConfigDeclaration(key, Type: null, ConfigReader.Read(yaml, value)));
                continue;
            }

            foreach (var (field, _) in mapping.Children)
            {
                if (yaml.Key(field) is not ("type" or "description" or "default" or "secret" or "items" or "value"))
                {
                    throw yaml.Error(field, $"'{yaml.Key(field)}' is not a field of a configuration declaration. Use type, description, default, secret, items or value; a structured default goes below 'value:'.");
                }
            }

            var type = yaml.FindText(mapping, "type");
            if (type is not null && !Types.Contains(type))
            {
                throw yaml.Error(mapping, $"type '{type}' of '{key}' is unknown. Use one of {string.Join(", ", Types)}.");
            }

            var fallback = YamlFile.Find(mapping, "value") ?? YamlFile.Find(mapping, "default");
            var secret = yaml.FindText(mapping, "secret") == "true";
            var read = fallback is null ? null : ConfigReader.Read(yaml, fallback);
            if (secret && read is { IsSecret: false })
            {
                throw yaml.Error(mapping, $"the default of '{key}' is declared secret but stands here in clear. Leave the default out and set the value per stack.");
            }

            declarations.Add(new ConfigDeclaration(key, type, read));
        }

        return declarations;
    }
}
