using System.Collections.Concurrent;
using Pulumirpc;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Programs;

/// <summary>
/// What resources take over from their parents where the program did not say otherwise: protection, providers, transforms. SDKs do most of
/// that themselves; what they leave to the engine is done here. Thread-safe.
/// </summary>
internal sealed class Lineage
{
    private readonly ConcurrentDictionary<string, Ancestor> _registered = [];

    /// <summary>Fills in what the request leaves to its parent.</summary>
    public void Inherit(RegisterResourceRequest request)
    {
        var parent = _registered.GetValueOrDefault(request.Parent);
        if (parent is not null)
        {
            if (!request.HasProtect && parent.Protect is { } protect)
            {
                request.Protect = protect;
            }

            if (!request.HasRetainOnDelete && parent.RetainOnDelete is { } retain)
            {
                request.RetainOnDelete = retain;
            }

            request.DeletedWith = request.DeletedWith.Length > 0 ? request.DeletedWith : parent.DeletedWith;
            if (!request.Custom)
            {
                foreach (var (package, provider) in parent.Providers.Where(provider => !request.Providers.ContainsKey(provider.Key)))
                {
                    request.Providers[package] = provider;
                }
            }
        }

        if (request.Custom && request.Provider.Length == 0 && !ProviderReference.IsProviderType(request.Type))
        {
            var package = ProviderReference.PackageOf(request.Type);
            request.Provider = request.Providers.TryGetValue(package, out var own) ? own : ProviderFor(package, request.Parent);
        }
    }

    /// <summary>The provider that a parent has for a package: of its own, or for its children; empty for none.</summary>
    public string ProviderFor(string package, string parent)
    {
        if (!_registered.TryGetValue(parent, out var ancestor))
        {
            return "";
        }

        return ProviderReference.TryParse(ancestor.Provider, out var reference) && ProviderReference.PackageOfProvider(reference.Urn.Type) == package
            ? ancestor.Provider
            : ancestor.Providers.GetValueOrDefault(package, "");
    }

    /// <summary>The transforms that a resource is subject to: its own and then those of its parents, the nearest first.</summary>
    public IEnumerable<Callback> TransformsOf(RegisterResourceRequest request) =>
        request.Transforms.Concat(Ancestors(request.Parent).SelectMany(ancestor => ancestor.Transforms));

    /// <summary>Keeps what the children of a registered resource need.</summary>
    /// <param name="urn">The resource.</param>
    /// <param name="request">As it was registered in the end.</param>
    /// <param name="provider">What manages it; empty for components.</param>
    public void Remember(Urn urn, RegisterResourceRequest request, string provider) => _registered[urn.Value] = new Ancestor(
        request.Parent,
        request.HasProtect ? request.Protect : null,
        request.HasRetainOnDelete ? request.RetainOnDelete : null,
        request.DeletedWith,
        provider,
        request.Custom || request.Providers.Count == 0 ? NoProviders : new Dictionary<string, string>(request.Providers),
        [.. request.Transforms]);

    private static readonly Dictionary<string, string> NoProviders = [];

    private IEnumerable<Ancestor> Ancestors(string urn)
    {
        while (_registered.TryGetValue(urn, out var ancestor))
        {
            yield return ancestor;
            urn = ancestor.Parent;
        }
    }

    private sealed record Ancestor(
        string Parent,
        bool? Protect,
        bool? RetainOnDelete,
        string DeletedWith,
        string Provider,
        IReadOnlyDictionary<string, string> Providers,
        IReadOnlyList<Callback> Transforms);
}
