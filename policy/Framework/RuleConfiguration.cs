using Google.Protobuf.WellKnownTypes;
using Scalelab.Policy.Protocol;

namespace Scalelab.Policy.Framework;

/// <summary>How one rule is configured.</summary>
internal sealed class RuleConfiguration
{
    private readonly Property _values;

    private RuleConfiguration(EnforcementLevel level, Struct values)
    {
        Level = level;
        _values = Property.Of(values);
    }

    public EnforcementLevel Level { get; }

    /// <summary>A rule as it comes.</summary>
    public static RuleConfiguration Default(Rule rule) => new(rule.Level, Values(rule, given: null));

    /// <exception cref="PolicyConfigurationException">A setting that the rule does not have, or a value that it cannot take.</exception>
    public static RuleConfiguration Read(Rule rule, PolicyConfig config)
    {
        foreach (var (name, value) in Property.Of(config.Properties).Entries)
        {
            var setting = rule.Settings.FirstOrDefault(setting => setting.Name == name)
                ?? throw new PolicyConfigurationException($"The rule '{rule.Name}' has no setting '{name}'. {Known(rule)}");
            if (!setting.Accepts(value))
            {
                throw new PolicyConfigurationException($"'{name}' of the rule '{rule.Name}' is {value}; it must be {setting.Expectation}.");
            }
        }

        return new RuleConfiguration(config.EnforcementLevel, Values(rule, config.Properties));
    }

    public T Get<T>(Setting<T> setting) => setting.Read(_values[setting.Name]).Value!;

    private static Struct Values(Rule rule, Struct? given)
    {
        var values = given?.Clone() ?? new Struct();
        foreach (var setting in rule.Settings.Where(setting => setting.Default is not null && !values.Fields.ContainsKey(setting.Name)))
        {
            values.Fields[setting.Name] = setting.Default;
        }

        return values;
    }

    private static string Known(Rule rule) => rule.Settings.IsEmpty
        ? "It has none but its enforcementLevel."
        : $"It has: {string.Join(", ", rule.Settings.Select(setting => setting.Name))}.";
}

/// <summary>The configuration of the pack cannot be followed. The message names rule and setting and says how to mend it.</summary>
internal sealed class PolicyConfigurationException(string message) : Exception(message);
