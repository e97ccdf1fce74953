using Google.Protobuf.WellKnownTypes;
using Pulumirpc;
using Scalelab.Engine.Properties;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Policies;

/// <summary>Resources as the Analyzer service carries them.</summary>
internal static class PolicyWire
{
    // What providers keep for themselves among a resource's values, as __inputs; rules are not shown it.
    private const string InternalPrefix = "__";

    public static Struct Write(PropertyMap map, bool keepInternal)
    {
        var properties = WireFormat.Write(map, keepSecrets: true);
        if (!keepInternal)
        {
            Strip(properties);
        }

        return properties;
    }

    public static AnalyzerResource ResourceOf(ResourceState state, ResourceState? provider)
    {
        var resource = new AnalyzerResource
        {
            Type = state.Type,
            Urn = state.Urn.Value,
            Name = state.Urn.Name,
            Properties = Write(state.Outputs, keepInternal: false),
            Provider = ProviderOf(provider),
            Parent = state.Parent?.Value ?? "",
            Dependencies = { state.Dependencies.Select(urn => urn.Value) },
            Options = OptionsOf(state.Protect, state.IgnoreChanges, deleteBeforeReplace: null, state.AdditionalSecretOutputs, aliases: [], state.CustomTimeouts, state.Parent),
        };
        foreach (var (property, urns) in state.PropertyDependencies.Where(dependency => !dependency.Value.IsEmpty))
        {
            resource.PropertyDependencies[property] = new AnalyzerPropertyDependencies { Urns = { urns.Select(urn => urn.Value) } };
        }

        return resource;
    }

    public static AnalyzerProviderResource? ProviderOf(ResourceState? provider) => provider is null
        ? null
        : new AnalyzerProviderResource { Type = provider.Type, Urn = provider.Urn.Value, Name = provider.Urn.Name, Properties = Write(provider.Inputs, keepInternal: false) };

    public static AnalyzerResourceOptions OptionsOf(
        bool protect,
        IEnumerable<string> ignoreChanges,
        bool? deleteBeforeReplace,
        IEnumerable<string> additionalSecretOutputs,
        IEnumerable<Urn> aliases,
        CustomTimeouts? timeouts,
        Urn? parent) => new()
        {
            Protect = protect,
            IgnoreChanges = { ignoreChanges },
            DeleteBeforeReplace = deleteBeforeReplace ?? false,
            DeleteBeforeReplaceDefined = deleteBeforeReplace is not null,
            AdditionalSecretOutputs = { additionalSecretOutputs },
            Aliases = { aliases.Select(alias => alias.Value) },
            Parent = parent?.Value ?? "",
            CustomTimeouts = new AnalyzerResourceOptions.Types.CustomTimeouts
            {
                Create = timeouts?.Create?.TotalSeconds ?? 0,
                Update = timeouts?.Update?.TotalSeconds ?? 0,
                Delete = timeouts?.Delete?.TotalSeconds ?? 0,
                Read = timeouts?.Read?.TotalSeconds ?? 0,
            },
        };

    private static void Strip(Struct properties)
    {
        foreach (var name in properties.Fields.Keys.Where(name => name.StartsWith(InternalPrefix, StringComparison.Ordinal)).ToArray())
        {
            properties.Fields.Remove(name);
        }

        foreach (var value in properties.Fields.Values)
        {
            Strip(value);
        }
    }

    private static void Strip(Value value)
    {
        if (value.KindCase == Value.KindOneofCase.StructValue)
        {
            Strip(value.StructValue);
        }
        else if (value.KindCase == Value.KindOneofCase.ListValue)
        {
            foreach (var item in value.ListValue.Values)
            {
                Strip(item);
            }
        }
    }
}
