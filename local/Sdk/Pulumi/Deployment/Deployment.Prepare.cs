using Google.Protobuf.WellKnownTypes;
using Pulumi.Serialization;
using Pulumirpc;

namespace Pulumi;

public sealed partial class Deployment
{
    /// <summary>Waits for everything that a resource is made from, and gathers what it depends on.</summary>
    private async Task<Prepared> PrepareAsync(Resource resource, bool remote, ResourceArgs args, ResourceOptions options)
    {
        var dependsOn = await options.DependsOn.ToOutput().GetValueAsync(whenUnknown: []).ConfigureAwait(false);
        var dependencies = await DependencyUrns.OfAsync(dependsOn).ConfigureAwait(false);
        var keepResources = await KeepsResourcesAsync().ConfigureAwait(false);
        var serialization = new SerializationOptions(
            keepResources,
            KeepOutputs: remote && await SupportsAsync("outputValues").ConfigureAwait(false),
            IgnoreReferences: remote);

        var properties = new SortedDictionary<string, Value>(StringComparer.Ordinal);
        var propertyDependencies = new Dictionary<string, RegisterResourceRequest.Types.PropertyDependencies>();
        foreach (var (name, value) in args.ToDictionary())
        {
            // They name the resource itself; inputs cannot set them.
            if (name is WireNames.Id or WireNames.Urn)
            {
                continue;
            }

            var serializer = new PropertySerializer(serialization);
            if (await serializer.SerializeAsync($"{resource.GetResourceName()}.{name}", value).ConfigureAwait(false) is { } serialized)
            {
                properties.Add(name, serialized);
                var urns = await DependencyUrns.OfAsync(serializer.Dependencies).ConfigureAwait(false);
                propertyDependencies.Add(name, new RegisterResourceRequest.Types.PropertyDependencies { Urns = { urns } });
                dependencies.UnionWith(urns);
            }
        }

        return new Prepared(
            new Struct { Fields = { properties } },
            await GetParentAsync(resource, options).ConfigureAwait(false),
            resource is CustomResource ? await GetReferenceAsync(options.Provider).ConfigureAwait(false) : "",
            remote ? await GetReferencesAsync(options).ConfigureAwait(false) : [],
            dependencies,
            propertyDependencies);
    }

    private async Task<string> GetParentAsync(Resource resource, ResourceOptions options)
        => resource.GetResourceType() == Stack.TypeToken
            ? ""
            : await (options.Parent ?? Stack).Urn.GetValueAsync(whenUnknown: "").ConfigureAwait(false);

    private static async Task<string> GetReferenceAsync(ProviderResource? provider)
        => provider == null ? "" : await provider.GetReferenceAsync().ConfigureAwait(false);

    private static async Task<Dictionary<string, string>> GetReferencesAsync(ResourceOptions options)
    {
        var references = new Dictionary<string, string>();
        foreach (var provider in ProvidersOf(options))
        {
            references[provider.Package] = await provider.GetReferenceAsync().ConfigureAwait(false);
        }

        return references;

        static List<ProviderResource> ProvidersOf(ResourceOptions options)
            => options.Provider != null ? [options.Provider] : (options as ComponentResourceOptions)?.Providers ?? [];
    }

    private Task<bool> KeepsResourcesAsync()
        => SupportsAsync("resourceReferences");

    private sealed record Prepared(
        Struct Properties,
        string Parent,
        string Provider,
        Dictionary<string, string> Providers,
        SortedSet<string> Dependencies,
        Dictionary<string, RegisterResourceRequest.Types.PropertyDependencies> PropertyDependencies);
}
