using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Pulumirpc;

namespace Scalelab.Engine.Policies;

/// <summary>
/// Levels and settings of a pack's rules, from a file in the form of the CLI's <c>--policy-pack-config</c>: an object that gives each rule
/// a level, or an object with <c>enforcementLevel</c> and settings; the key <c>all</c> gives every rule a level.
/// </summary>
internal sealed class PackConfig
{
    private const string All = "all";
    private const string LevelKey = "enforcementLevel";

    private static readonly Dictionary<string, EnforcementLevel> Levels = new()
    {
        ["advisory"] = EnforcementLevel.Advisory,
        ["mandatory"] = EnforcementLevel.Mandatory,
        ["remediate"] = EnforcementLevel.Remediate,
        ["disabled"] = EnforcementLevel.Disabled,
    };

    private readonly Dictionary<string, (EnforcementLevel? Level, Struct Settings)> _rules = [];

    /// <param name="file">Null: nothing is configured.</param>
    /// <exception cref="EngineException">The file is absent, not JSON, or not of that form.</exception>
    public static PackConfig Read(string? file)
    {
        var config = new PackConfig();
        if (file is null)
        {
            return config;
        }

        foreach (var (rule, value) in Parse(file))
        {
            config._rules[rule] = value switch
            {
                JsonValue text when text.TryGetValue<string>(out var level) => (LevelOf(file, rule, level), new Struct()),
                JsonObject settings => ReadRule(file, rule, settings),
                _ => throw new EngineException($"{file}: '{rule}' must be a level or an object with '{LevelKey}' and settings."),
            };
        }

        return config;
    }

    /// <summary>The whole configuration of a pack: what the file says over what the pack itself starts with, over its defaults.</summary>
    public ConfigureAnalyzerRequest Complete(AnalyzerInfo info)
    {
        var request = new ConfigureAnalyzerRequest();
        foreach (var policy in info.Policies)
        {
            request.PolicyConfig[policy.Name] = new PolicyConfig { EnforcementLevel = policy.EnforcementLevel, Properties = Defaults(policy) };
        }

        Apply(request, info.InitialConfig.ToDictionary(entry => entry.Key, entry => ((EnforcementLevel?)entry.Value.EnforcementLevel, entry.Value.Properties ?? new Struct())));
        Apply(request, _rules);
        return request;
    }

    private static void Apply(ConfigureAnalyzerRequest request, Dictionary<string, (EnforcementLevel? Level, Struct Settings)> rules)
    {
        if (rules.TryGetValue(All, out var all) && all.Level is { } everywhere)
        {
            foreach (var config in request.PolicyConfig.Values)
            {
                config.EnforcementLevel = everywhere;
            }
        }

        foreach (var (rule, (level, settings)) in rules.Where(rule => rule.Key != All))
        {
            // A rule that the pack does not have is passed on: the pack says so in its own words.
            if (!request.PolicyConfig.TryGetValue(rule, out var config))
            {
                request.PolicyConfig[rule] = config = new PolicyConfig { Properties = new Struct() };
            }

            config.EnforcementLevel = level ?? config.EnforcementLevel;
            foreach (var (name, value) in settings.Fields)
            {
                config.Properties.Fields[name] = value;
            }
        }
    }

    private static Struct Defaults(PolicyInfo policy)
    {
        var defaults = new Struct();
        foreach (var (name, schema) in policy.ConfigSchema?.Properties?.Fields ?? [])
        {
            if (schema.StructValue?.Fields.TryGetValue("default", out var value) == true)
            {
                defaults.Fields[name] = value;
            }
        }

        return defaults;
    }

    private static (EnforcementLevel?, Struct) ReadRule(string file, string rule, JsonObject settings)
    {
        EnforcementLevel? level = settings[LevelKey] switch
        {
            null => null,
            JsonValue text when text.TryGetValue<string>(out var name) => LevelOf(file, rule, name),
            _ => throw new EngineException($"{file}: '{LevelKey}' of '{rule}' must be one of {string.Join(", ", Levels.Keys)}."),
        };
        settings.Remove(LevelKey);
        return (level, JsonParser.Default.Parse<Struct>(settings.ToJsonString()));
    }

    private static EnforcementLevel LevelOf(string file, string rule, string name) => Levels.TryGetValue(name, out var level)
        ? level
        : throw new EngineException($"{file}: '{name}' is no level for '{rule}'. Use one of {string.Join(", ", Levels.Keys)}.");

    private static JsonObject Parse(string file)
    {
        try
        {
            var text = File.ReadAllText(file);
            return string.IsNullOrWhiteSpace(text) ? [] : JsonNode.Parse(text) as JsonObject ?? throw new EngineException($"{file} must hold one JSON object, with a key for each rule.");
        }
        catch (JsonException e)
        {
            throw new EngineException($"{file} is not valid JSON: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException($"{file}, the configuration of a policy pack, cannot be read: {e.Message}", e);
        }
    }
}
