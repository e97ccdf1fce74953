using System.Collections.Immutable;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>Rewrites what a record refers to, once that has other names.</summary>
internal static class Renaming
{
    public static ResourceState Apply(ResourceState resource, Func<Urn, Urn> rename) => resource.AllDependencies.All(urn => rename(urn) == urn)
        ? resource
        : resource with
        {
            Parent = resource.Parent is { } parent ? rename(parent) : null,
            Dependencies = [.. resource.Dependencies.Select(rename)],
            PropertyDependencies = resource.PropertyDependencies
                .ToImmutableSortedDictionary(dependency => dependency.Key, dependency => dependency.Value.Select(rename).ToImmutableArray(), StringComparer.Ordinal),
            Provider = ProviderReference.TryParse(resource.Provider, out var provider) ? (provider with { Urn = rename(provider.Urn) }).ToString() : resource.Provider,
            DeletedWith = resource.DeletedWith is { } owner ? rename(owner) : null,
            ReplaceWith = [.. resource.ReplaceWith.Select(rename)],
        };
}
