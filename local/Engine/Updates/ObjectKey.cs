using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>The real object behind a record, whatever the record's name.</summary>
/// <param name="Type">The resource's type.</param>
/// <param name="Id">Its id at the provider.</param>
/// <param name="Provider">
/// The provider's name. Where a provider was replaced, nobody can say whether the same place is meant: it is taken for the same, so that what the
/// program has now does not go by mistake.
/// </param>
internal readonly record struct ObjectKey(string Type, string? Id, Urn? Provider)
{
    public static ObjectKey Of(ResourceState resource) =>
        new(resource.Type, resource.Id, ProviderReference.TryParse(resource.Provider, out var provider) ? provider.Urn : null);
}
