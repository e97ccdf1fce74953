namespace Scalelab.Engine.Projects;

/// <summary>A stack: what Pulumi.NAME.yaml says, on top of the project's defaults.</summary>
/// <param name="Name">The stack's name.</param>
/// <param name="File">Its file, absolute.</param>
/// <param name="Config">Every configuration value that the program gets, by <c>namespace:key</c>.</param>
public sealed record StackSettings(string Name, string File, IReadOnlyDictionary<string, ConfigValue> Config)
{
    /// <summary>The passphrase manager's salt (<c>encryptionsalt</c>); null when the stack's file has none.</summary>
    public string? EncryptionSalt { get; init; }

    /// <summary>Which manager encrypts the stack's secrets (<c>secretsprovider</c>); null when the file does not say.</summary>
    public string? SecretsProvider { get; init; }

    /// <summary>A cloud key manager's data key (<c>encryptedkey</c>); null when the file has none.</summary>
    public string? EncryptedKey { get; init; }

    /// <summary>Reads a stack of the project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="stack">The stack's name.</param>
    /// <param name="overrides">Values that win over the file, as in <see cref="UpdateOptions.ConfigOverrides"/>.</param>
    /// <exception cref="EngineException">The stack is unknown, its file not valid, or a value missing or not of the declared type.</exception>
    public static StackSettings Load(PulumiProject project, string stack, IReadOnlyDictionary<string, string>? overrides = null)
    {
        var settings = Read(project, stack, overrides);
        foreach (var declaration in project.Config.Where(declaration => declaration.Type is not null))
        {
            Check(declaration, settings.Config, settings.File);
        }

        return settings;
    }

    /// <summary>Reads a stack whose configuration may be incomplete, as it is while it is being set up.</summary>
    /// <inheritdoc cref="Load"/>
    /// <exception cref="EngineException">The stack is unknown, or its file not valid.</exception>
    public static StackSettings Read(PulumiProject project, string stack, IReadOnlyDictionary<string, string>? overrides = null)
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

        return new StackSettings(stack, yaml.Path, config)
        {
            EncryptionSalt = yaml.FindText(yaml.Root, "encryptionsalt"),
            SecretsProvider = yaml.FindText(yaml.Root, "secretsprovider"),
            EncryptedKey = yaml.FindText(yaml.Root, "encryptedkey"),
        };
    }

    private static void Check(ConfigDeclaration declaration, IReadOnlyDictionary<string, ConfigValue> config, string path)
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
