using System.Text.Json;

namespace Scalelab.Infra.Settings;

/// <summary>
/// One level of a stack's configuration. Reads values by rule and collects every mistake instead of stopping at the first, so that one
/// preview shows all there is to correct. What a reader returns after a mistake is a placeholder that must not be used.
/// </summary>
internal sealed class SettingsSection
{
    private readonly string _prefix;
    private readonly IReadOnlyCollection<string> _present;
    private readonly Func<string, string?> _get;
    private readonly SettingsErrors _errors;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <param name="prefix">What stands before a key's name in an error.</param>
    /// <param name="present">The keys that the configuration gives, known and unknown.</param>
    /// <param name="get">A key's value as text; null where there is none.</param>
    /// <param name="errors">Takes the mistakes.</param>
    public SettingsSection(string prefix, IReadOnlyCollection<string> present, Func<string, string?> get, SettingsErrors errors) =>
        (_prefix, _present, _get, _errors) = (prefix, present, get, errors);

    public T Require<T>(string key, Rule<T> rule)
    {
        if (Find(key) is { } text)
        {
            return Read(key, text, rule);
        }

        _errors.Missing(_prefix + key, rule.Requirement);
        return default!;
    }

    public T Optional<T>(string key, Rule<T> rule, T fallback) => Find(key) is { } text ? Read(key, text, rule) : fallback;

    /// <summary>Reads a nested map that may be absent; null where it is.</summary>
    public T? OptionalSection<T>(string key, Func<SettingsSection, T> read)
        where T : class => Find(key) is null ? null : RequireSection(key, read);

    /// <summary>Reads a nested map; <paramref name="read"/> sees an empty one after a mistake.</summary>
    public T RequireSection<T>(string key, Func<SettingsSection, T> read)
    {
        const string Requirement = "a map of keys and values";
        switch (Find(key))
        {
            case null:
                _errors.Missing(_prefix + key, Requirement);
                return default!;
            case var text when Map(text) is { } map:
                var section = new SettingsSection($"{_prefix}{key}.", map.Keys, map.GetValueOrDefault, _errors);
                var value = read(section);
                section.RefuseUnknown();
                return value;
            case var text:
                _errors.Wrong(_prefix + key, text, Requirement);
                return default!;
        }
    }

    /// <summary>Reports a rule that several values break together, below the key that is the likelier one to change.</summary>
    public void Refuse(string key, string value, string requirement) => _errors.Wrong(_prefix + key, value, requirement);

    /// <summary>Reports a key that another one excludes, where it is given.</summary>
    /// <returns>Null, in place of the key's value.</returns>
    public int? RefuseGiven(string key, string requirement)
    {
        if (Find(key) is { } text)
        {
            _errors.Wrong(_prefix + key, text, requirement);
        }

        return null;
    }

    /// <summary>Lets keys be given that this stack has no use for.</summary>
    public void Allow(params IEnumerable<string> keys) => _known.UnionWith(keys);

    /// <summary>Reports the keys that nothing has asked for: most of them are typing mistakes.</summary>
    public void RefuseUnknown()
    {
        foreach (var key in _present.Except(_known).Order(StringComparer.Ordinal))
        {
            _errors.Unknown(_prefix, key, _known);
        }
    }

    private string? Find(string key)
    {
        _known.Add(key);
        return _get(key);
    }

    private T Read<T>(string key, string text, Rule<T> rule)
    {
        if (rule.TryRead(text, out var value))
        {
            return value;
        }

        _errors.Wrong(_prefix + key, text, rule.Requirement);
        return default!;
    }

    /// <summary>A JSON object's members as texts, whatever their types; null where the text is something else.</summary>
    private static Dictionary<string, string?>? Map(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => Text(member.Value))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };
}
