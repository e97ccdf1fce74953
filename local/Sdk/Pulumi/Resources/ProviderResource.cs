using Pulumi.Serialization;

namespace Pulumi;

/// <summary>A configured provider: given to resources in place of their package's default one.</summary>
public class ProviderResource : CustomResource
{
    /// <param name="package">The package whose resources it can manage.</param>
    /// <param name="name">The name, unique in the stack among providers of the package.</param>
    /// <param name="args">The configuration.</param>
    /// <param name="options">How the engine treats it.</param>
    public ProviderResource(string package, string name, ResourceArgs args, CustomResourceOptions? options = null)
        : base($"pulumi:providers:{package}", name, args, options)
        => Package = package;

    internal string Package { get; }

    /// <summary>How resources name their provider: <c>urn::id</c>.</summary>
    internal async Task<string> GetReferenceAsync()
    {
        var urn = await Urn.GetValueAsync(whenUnknown: "").ConfigureAwait(false);
        var id = await Id.GetValueAsync(whenUnknown: "").ConfigureAwait(false);
        return $"{urn}::{(string.IsNullOrEmpty(id) ? WireNames.Unknown : id)}";
    }
}
