using System.Globalization;
using System.Text.Json;

namespace Pulumi;

/// <summary>
/// The stack's configuration below one namespace. A Get method answers null where the key is not set, a Require method fails the program;
/// both fail it where the value has another type.
/// </summary>
public sealed class Config
{
    private readonly string _namespace;
    private readonly ProgramConfig _config;

    /// <param name="name">The namespace; the project's name where it is left out.</param>
    public Config(string? name = null)
    {
        var deployment = Deployment.CurrentOrThrow;
        name ??= deployment.ProjectName;
        _namespace = name.EndsWith(":config", StringComparison.Ordinal) ? name[..^":config".Length] : name;
        _config = deployment.Config;
    }

    private delegate bool TryParse<T>(string text, out T value);

    public string? Get(string key)
        => _config.Get(FullKey(key));

    public Output<string>? GetSecret(string key)
        => Get(key) is { } value ? Output.CreateSecret(value) : null;

    public bool? GetBoolean(string key)
        => GetValue<bool>(key, TryParseBoolean);

    public Output<bool>? GetSecretBoolean(string key)
        => ToSecret(GetBoolean(key));

    public int? GetInt32(string key)
        => GetValue<int>(key, TryParseInt32);

    public Output<int>? GetSecretInt32(string key)
        => ToSecret(GetInt32(key));

    public double? GetDouble(string key)
        => GetValue<double>(key, TryParseDouble);

    public Output<double>? GetSecretDouble(string key)
        => ToSecret(GetDouble(key));

    public T? GetObject<T>(string key, JsonSerializerOptions options)
        => Parse<T>(key, options);

    /// <remarks>Property names are compared with case.</remarks>
    public T? GetObject<T>(string key)
        => Parse<T>(key, options: null);

    public Output<T>? GetSecretObject<T>(string key, JsonSerializerOptions options)
        => Get(key) == null ? null : Output.CreateSecret(Parse<T>(key, options)!);

    public Output<T>? GetSecretObject<T>(string key)
        => Get(key) == null ? null : Output.CreateSecret(Parse<T>(key, options: null)!);

    public string Require(string key)
        => Get(key) ?? throw Missing(key);

    public Output<string> RequireSecret(string key)
        => Output.CreateSecret(Require(key));

    public bool RequireBoolean(string key)
        => GetBoolean(key) ?? throw Missing(key);

    public Output<bool> RequireSecretBoolean(string key)
        => Output.CreateSecret(RequireBoolean(key));

    public int RequireInt32(string key)
        => GetInt32(key) ?? throw Missing(key);

    public Output<int> RequireSecretInt32(string key)
        => Output.CreateSecret(RequireInt32(key));

    public double RequireDouble(string key)
        => GetDouble(key) ?? throw Missing(key);

    public Output<double> RequireSecretDouble(string key)
        => Output.CreateSecret(RequireDouble(key));

    public T RequireObject<T>(string key, JsonSerializerOptions options)
        => Get(key) == null ? throw Missing(key) : Parse<T>(key, options)!;

    /// <remarks>Property names are compared with case.</remarks>
    public T RequireObject<T>(string key)
        => Get(key) == null ? throw Missing(key) : Parse<T>(key, options: null)!;

    public Output<T> RequireSecretObject<T>(string key, JsonSerializerOptions options)
        => Output.CreateSecret(RequireObject<T>(key, options));

    public Output<T> RequireSecretObject<T>(string key)
        => Output.CreateSecret(RequireObject<T>(key));

    private static bool TryParseBoolean(string text, out bool value)
    {
        value = text == "true";
        return text is "true" or "false";
    }

    private static bool TryParseInt32(string text, out int value)
        => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);

    private static bool TryParseDouble(string text, out double value)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static Output<T>? ToSecret<T>(T? value)
        where T : struct
        => value is { } known ? Output.CreateSecret(known) : null;

    private T? GetValue<T>(string key, TryParse<T> tryParse)
        where T : struct
        => Get(key) is not { } text ? null
            : tryParse(text, out var value) ? value
            : throw WrongType(key, text, typeof(T).Name);

    private T? Parse<T>(string key, JsonSerializerOptions? options)
    {
        if (Get(key) is not { } text)
        {
            return default;
        }

        try
        {
            return JsonSerializer.Deserialize<T>(text, options);
        }
        catch (JsonException e)
        {
            throw WrongType(key, text, typeof(T).FullName ?? typeof(T).Name, e);
        }
    }

    private string FullKey(string key)
        => $"{_namespace}:{key}";

    private RunException Missing(string key)
        => new($"The configuration key '{FullKey(key)}' is required but not set. Set it: pulumi config set {FullKey(key)} <value>");

    private RunException WrongType(string key, string text, string type, Exception? inner = null)
    {
        // A secret must not reach the log because it was mistyped.
        var value = _config.IsSecret(FullKey(key)) ? "(secret)" : $"'{text}'";
        return new RunException($"The configuration key '{FullKey(key)}' has the value {value}, which is not a valid {type}.", inner);
    }
}
