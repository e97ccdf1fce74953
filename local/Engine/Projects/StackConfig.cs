using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Secrets;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Projects;

/// <summary>The configuration of one stack, for looking at it and for changing its file.</summary>
public sealed class StackConfig
{
    private const string Blot = "[secret]";
    private const string SecureKey = "secure";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly PulumiProject _project;
    private readonly StackSettings _settings;
    private readonly SecretsProviders _providers;

    /// <param name="project">The project.</param>
    /// <param name="stack">The stack's name.</param>
    /// <param name="stateFolder">Where the desk's key lies.</param>
    /// <param name="variable">Looks an environment variable up: the passphrase stands in one.</param>
    /// <exception cref="EngineException">The stack is unknown, or its file not valid.</exception>
    public StackConfig(PulumiProject project, string stack, string stateFolder, Func<string, string?> variable)
    {
        _project = project;
        _settings = StackSettings.Read(project, stack);
        _providers = new SecretsProviders(stateFolder, variable);
    }

    /// <summary>All values, by key, the project's defaults included.</summary>
    /// <param name="showSecrets">False shows secrets as <c>[secret]</c> and needs no key.</param>
    public IReadOnlyList<ConfigEntry> List(bool showSecrets)
    {
        var secrets = new Lazy<ISecretsManager>(() => _providers.OfStack(_settings, isReadOnly: true));
        return [.. _settings.Config.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry =>
        {
            var isHidden = entry.Value.IsSecret && !showSecrets;
            var text = ConfigReader.Resolve(entry.Value, ciphertext => isHidden ? Blot : Decrypt(entry.Key, ciphertext, secrets.Value));
            return new ConfigEntry(entry.Key, isHidden ? null : text, text, entry.Value.IsSecret, entry.Value.IsObject);
        })];
    }

    /// <summary>One value, in clear.</summary>
    /// <param name="key">With or without a namespace.</param>
    /// <param name="isPath">Whether the key goes on into a structured value.</param>
    /// <exception cref="EngineException">There is no such value, or it cannot be decrypted.</exception>
    public ConfigEntry Get(string key, bool isPath)
    {
        var parts = Parse(key, isPath);
        var name = (string)parts[0];
        if (!_settings.Config.TryGetValue(name, out var value))
        {
            throw Missing(key);
        }

        var (found, isSecret) = parts.Count == 1 ? (null, value.IsSecret) : Find(value, parts.Skip(1), key);
        string DecryptOne(string ciphertext) => Decrypt(name, ciphertext, _providers.OfStack(_settings, isReadOnly: true));
        if (parts.Count == 1)
        {
            var whole = ConfigReader.Resolve(value, DecryptOne);
            return new ConfigEntry(name, whole, whole, isSecret, value.IsObject);
        }

        // A secret alone reads as an object whose only member is its ciphertext.
        var isScalarSecret = found is JsonObject { Count: 1 } secure && secure[SecureKey] is JsonValue;
        var isObject = found is JsonObject or JsonArray && !isScalarSecret;
        var text = isScalarSecret ? DecryptOne(found![SecureKey]!.GetValue<string>())
            : isObject ? ConfigReader.Resolve(new ConfigValue(found!.ToJsonString(Relaxed), isSecret, IsObject: true), DecryptOne)
            : found is JsonValue scalar && scalar.TryGetValue<string>(out var plain) ? plain : found?.ToJsonString() ?? "null";
        return new ConfigEntry(key, text, text, isSecret, isObject);
    }

    /// <summary>Sets a value in the stack's file.</summary>
    /// <param name="key">With or without a namespace.</param>
    /// <param name="isPath">Whether the key goes on into a structured value.</param>
    /// <param name="value">The value in clear.</param>
    /// <param name="isSecret">Whether to encrypt it.</param>
    /// <exception cref="EngineException">The key is none, the value has no place there, or it cannot be encrypted.</exception>
    public void Set(string key, bool isPath, string value, bool isSecret)
    {
        var parts = Parse(key, isPath);
        if (parts[^1] is SecureKey && parts.Count > 1)
        {
            throw new EngineException($"'{SecureKey}' marks encrypted values and cannot be a key within a structured one. Choose another name, or use --secret.");
        }

        // A new salt goes into the file, which must be there when it is opened for the value.
        var ciphertext = isSecret ? _providers.OfStack(_settings).Encrypt(value) : null;
        var file = StackFile.Open(_settings.File);
        if (ciphertext is not null)
        {
            file.SetSecret(_project.Name, parts, ciphertext);
        }
        else
        {
            file.Set(_project.Name, parts, value);
        }

        file.Save();
    }

    /// <summary>Removes a value from the stack's file.</summary>
    /// <param name="key">With or without a namespace.</param>
    /// <param name="isPath">Whether the key goes on into a structured value.</param>
    /// <exception cref="EngineException">The file has no such value.</exception>
    public void Remove(string key, bool isPath)
    {
        var file = StackFile.Open(_settings.File);
        if (!file.Remove(_project.Name, Parse(key, isPath)))
        {
            throw new EngineException($"{_settings.File} has no value '{key}'. What the project sets for every stack can only be changed in {_project.File}.");
        }

        file.Save();
    }

    /// <summary>A secret value of a past update in clear.</summary>
    /// <exception cref="EngineException">It was encrypted with another key.</exception>
    public string Reveal(RecordedValue value) =>
        ConfigReader.Resolve(new ConfigValue(value.Text, value.IsSecret, value.IsObject), _providers.OfStack(_settings, isReadOnly: true).Decrypt);

    private string Decrypt(string key, string ciphertext, ISecretsManager secrets)
    {
        try
        {
            return secrets.Decrypt(ciphertext);
        }
        catch (EngineException e)
        {
            throw new EngineException($"{_settings.File}: '{key}': {e.Message}", e);
        }
    }

    private List<object> Parse(string key, bool isPath)
    {
        if (key.Length == 0)
        {
            throw new EngineException("The key is empty.");
        }

        if (!isPath)
        {
            return [ConfigKey.Qualify(key, _project.Name)];
        }

        // The namespace is no part of the path; a colon further on belongs to a name in brackets.
        var colon = key.IndexOf(':', StringComparison.Ordinal);
        var bracket = key.IndexOf('[', StringComparison.Ordinal);
        var hasNamespace = colon > 0 && (bracket < 0 || colon < bracket);
        try
        {
            var parts = PropertyPath.Parse(hasNamespace ? key[(colon + 1)..] : key).Parts;
            return parts[0] is string name
                ? [$"{(hasNamespace ? key[..colon] : _project.Name)}:{name}", .. parts.Skip(1)]
                : throw new FormatException($"'{key}' must begin with a name.");
        }
        catch (FormatException e)
        {
            throw new EngineException($"{e.Message} Write for example a.b, list[0] or map[\"a.b\"].", e);
        }
    }

    private (JsonNode? Found, bool IsSecret) Find(ConfigValue value, IEnumerable<object> parts, string key)
    {
        var node = value.IsObject ? JsonNode.Parse(value.Text) : throw Missing(key);
        foreach (var part in parts)
        {
            node = (node, part) switch
            {
                (JsonObject map, string name) when map.ContainsKey(name) => map[name],
                (JsonArray list, int index) when index < list.Count => list[index],
                _ => throw Missing(key),
            };
        }

        return (node, ConfigReader.HoldsSecret(node));
    }

    private EngineException Missing(string key) =>
        new($"Stack '{_settings.Name}' has no configuration value '{key}'. It has: {string.Join(", ", _settings.Config.Keys.Order(StringComparer.Ordinal).DefaultIfEmpty("none"))}.");
}

/// <summary>A configuration value to show.</summary>
/// <param name="Key">Its key, or the path to it.</param>
/// <param name="Value">In clear, structured ones as JSON; null for a secret that is not to be shown.</param>
/// <param name="Display">The same, with <c>[secret]</c> in the place of what is not to be shown.</param>
/// <param name="IsSecret">Whether it, or a part of it, is secret.</param>
/// <param name="IsObject">Whether it is structured.</param>
public sealed record ConfigEntry(string Key, string? Value, string Display, bool IsSecret, bool IsObject);
