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
        : this(package, name, args, options, registerPackageRequest: null)
    {
    }

    /// <inheritdoc cref="ProviderResource(string, string, ResourceArgs, CustomResourceOptions)"/>
    /// <param name="registerPackageRequest">The package, where it is made from another one by parameters.</param>
    public ProviderResource(
        string package,
        string name,
        ResourceArgs args,
        CustomResourceOptions? options = null,
        RegisterPackageRequest? registerPackageRequest = null)
        : base($"pulumi:providers:{package}", name, args, options, registerPackageRequest)
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
