using System.Collections.Immutable;
using System.Text.Json;

namespace Pulumi;

/// <summary>The stack's configuration, by full key.</summary>
internal sealed class ProgramConfig
{
    private const string ValuesVariable = "PULUMI_CONFIG";
    private const string SecretKeysVariable = "PULUMI_CONFIG_SECRET_KEYS";
    private readonly ImmutableDictionary<string, string> _values;
    private readonly ImmutableHashSet<string> _secretKeys;

    private ProgramConfig(ImmutableDictionary<string, string> values, ImmutableHashSet<string> secretKeys)
    {
        _values = values;
        _secretKeys = secretKeys;
    }

    /// <exception cref="RunException">A variable is not the JSON it should be.</exception>
    public static ProgramConfig FromEnvironment()
        => new(
            Read<Dictionary<string, JsonElement>>(ValuesVariable, "an object")
                .ToImmutableDictionary(entry => WithoutConfig(entry.Key), entry => entry.Value.ToString()),
            [.. Read<List<string>>(SecretKeysVariable, "an array of strings").Select(WithoutConfig)]);

    public string? Get(string key)
        => _values.GetValueOrDefault(key);

    public bool IsSecret(string key)
        => _secretKeys.Contains(key);

    private static T Read<T>(string variable, string shape)
        where T : new()
    {
        var text = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(text))
        {
            return new T();
        }

        try
        {
            return JsonSerializer.Deserialize<T>(text) ?? new T();
        }
        catch (JsonException e)
        {
            throw new RunException($"The environment variable {variable} must be {shape} in JSON: {e.Message}", e);
        }
    }

    // Old engines write project:config:key.
    private static string WithoutConfig(string key)
        => key.Split(':', 3) is [var project, "config", var name] ? $"{project}:{name}" : key;
}
