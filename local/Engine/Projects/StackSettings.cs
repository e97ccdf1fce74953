namespace Scalelab.Engine.Projects;

/// <summary>A stack: what Pulumi.NAME.yaml says, on top of the project's defaults.</summary>
/// <param name="Name">The stack's name.</param>
/// <param name="File">Its file, absolute.</param>
/// <param name="Config">Every configuration value that the program gets, by <c>namespace:key</c>.</param>
public sealed record StackSettings(string Name, string File, IReadOnlyDictionary<string, ConfigValue> Config)
{
    /// <summary>Reads a stack of the project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="stack">The stack's name.</param>
    /// <param name="overrides">Values that win over the file, as in <see cref="UpdateOptions.ConfigOverrides"/>.</param>
    /// <exception cref="EngineException">The stack is unknown, its file not valid, or a value missing or not of the declared type.</exception>
    public static StackSettings Load(PulumiProject project, string stack, IReadOnlyDictionary<string, string>? overrides = null)
    {
        if (!project.Stacks.Contains(stack))
        {
            var known = project.Stacks.Count > 0 ? $"Known stacks: {string.Join(", ", project.Stacks)}." : "There is no stack yet.";
            throw new EngineException($"Stack '{stack}' does not exist: there is no file {project.StackFile(stack)}. {known}");
        }

        var yaml = YamlFile.Read(project.StackFile(stack));
        var config = new Dictionary<string, ConfigValue>();
        foreach (var declaration in project.Config)
        {
            if (declaration.Default is { } fallback)
            {
                config[declaration.Key] = fallback;
            }
        }

        foreach (var (key, value) in yaml.Mapping(yaml.Root, "config").Children)
        {
            config[ConfigKey.Qualify(yaml.Key(key), project.Name)] = ConfigReader.Read(yaml, value);
        }

        foreach (var (key, value) in overrides ?? new Dictionary<string, string>())
        {
            config[ConfigKey.Qualify(key, project.Name)] = new ConfigValue(value, IsSecret: false);
        }

        foreach (var declaration in project.Config.Where(declaration => declaration.Type is not null))
        {
            Check(declaration, config, yaml.Path);
        }

        return new StackSettings(stack, yaml.Path, config);
    }

    private static void Check(ConfigDeclaration declaration, Dictionary<string, ConfigValue> config, string path)
    {
        if (!config.TryGetValue(declaration.Key, out var value))
        {
            throw new EngineException($"{path}: the required key '{declaration.Key}' ({declaration.Type}) is missing. Add '{declaration.Key}: <value>' below 'config:'.");
        }

        if (!value.IsSecret && ConfigReader.Mismatch(declaration.Type!, value.Text) is { } expected)
        {
            throw new EngineException($"{path}: '{declaration.Key}' is '{value.Text}', but must be {expected}. Correct it there or in the project's defaults.");
        }
    }
}
