using Pulumi.Serialization;

namespace Pulumi;

/// <summary>A resource that a provider creates, updates and deletes.</summary>
public class CustomResource : Resource
{
    /// <param name="type">The type token, <c>package:module:Name</c>.</param>
    /// <param name="name">The name, unique in the stack among resources of this type and parent.</param>
    /// <param name="args">The inputs.</param>
    /// <param name="options">How the engine treats it.</param>
    public CustomResource(string type, string name, ResourceArgs? args, CustomResourceOptions? options = null)
        : this(type, name, args, options, registerPackageRequest: null)
    {
    }

    /// <inheritdoc cref="CustomResource(string, string, ResourceArgs, CustomResourceOptions)"/>
    /// <param name="registerPackageRequest">The package, where it is made from another one by parameters.</param>
    public CustomResource(
        string type,
        string name,
        ResourceArgs? args,
        CustomResourceOptions? options = null,
        RegisterPackageRequest? registerPackageRequest = null)
        : base(type, name, args ?? ResourceArgs.Empty, options ?? new CustomResourceOptions(), remote: false, registerPackageRequest)
    {
    }

    private protected CustomResource()
    {
    }

    /// <summary>The provider's name for it; unknown while previewing a creation.</summary>
    [Output(WireNames.Id)]
    public Output<string> Id { get; private protected set; } = null!;
}
