using Google.Protobuf.WellKnownTypes;
using Scalelab.Policy.Framework;
using Scalelab.Policy.Protocol;

namespace Scalelab.Policy.Serving;

/// <summary>A pack as the protocol describes it.</summary>
internal static class PackInfo
{
    public static AnalyzerInfo Of(PolicyPack pack) => new()
    {
        Name = pack.Name,
        DisplayName = pack.DisplayName,
        Description = pack.Description,
        Version = pack.Version,
        SupportsConfig = true,
        Provider = "kubernetes",
        Policies = { pack.Rules.Select(Of) },
    };

    private static PolicyInfo Of(Rule rule) => new()
    {
        Name = rule.Name,
        DisplayName = rule.DisplayName,
        Description = rule.Description,
        EnforcementLevel = rule.Level,
        PolicyType = rule is StackRule ? PolicyType.Stack : PolicyType.Resource,
        ConfigSchema = rule.Settings.IsEmpty ? null : new PolicyConfigSchema { Properties = SchemaOf(rule) },
    };

    private static Struct SchemaOf(Rule rule)
    {
        var properties = new Struct();
        foreach (var setting in rule.Settings)
        {
            properties.Fields[setting.Name] = Value.ForStruct(setting.Schema);
        }

        return properties;
    }
}
