using System.Text.Json;
using Scalelab.Engine.Programs;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Updates;

/// <summary>What the stack's configuration says of the providers that nobody declares.</summary>
internal sealed class DefaultProviders
{
    private const string DisableKey = "pulumi:disable-default-providers";

    // Its settings are the engine's own; its provider has none.
    private const string Builtin = "pulumi";

    private readonly Dictionary<string, PropertyMap> _settings;
    private readonly HashSet<string> _disabled;

    /// <exception cref="EngineException">The list of disabled packages is not one.</exception>
    public DefaultProviders(ResolvedConfig config)
    {
        _settings = config.Values
            .Select(entry => (Parts: entry.Key.Split(':', 2), Value: config.SecretKeys.Contains(entry.Key) ? PropertyValue.Secret(entry.Value) : entry.Value))
            .Where(entry => entry.Parts is [not Builtin, _])
            .GroupBy(entry => entry.Parts[0], entry => KeyValuePair.Create(entry.Parts[1], entry.Value))
            .ToDictionary(package => package.Key, package => new PropertyMap(package));
        _disabled = config.Values.TryGetValue(DisableKey, out var list) ? ReadList(list) : [];
    }

    /// <summary>Whether resources of a package must name their provider.</summary>
    public bool IsDisabled(string package) => _disabled.Contains(package) || _disabled.Contains("*");

    /// <summary>The package's settings, <c>PACKAGE:KEY</c> in the stack's configuration.</summary>
    public PropertyMap SettingsOf(string package) => _settings.GetValueOrDefault(package, PropertyMap.Empty);

    private static HashSet<string> ReadList(string list)
    {
        try
        {
            return [.. JsonSerializer.Deserialize<string[]>(list) ?? []];
        }
        catch (JsonException e)
        {
            throw new EngineException($"The stack's configuration: {DisableKey} is '{list}'; it must be a list of package names, or of \"*\" for all.", e);
        }
    }
}
