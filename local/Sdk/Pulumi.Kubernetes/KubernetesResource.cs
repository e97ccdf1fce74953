namespace Pulumi.Kubernetes;

/// <summary>An object in a cluster.</summary>
public abstract class KubernetesResource : CustomResource
{
    internal KubernetesResource(string type, string name, ResourceArgs? args, CustomResourceOptions? options)
        : base(type, name, args, options)
    {
    }

    /// <summary>The options with the package's version. <paramref name="id"/> always wins; an empty one means: not read, but managed.</summary>
    private protected static CustomResourceOptions CompleteOptions(
        CustomResourceOptions? options, Input<string> id, params string[] secretOutputs)
    {
        var defaults = new CustomResourceOptions { Version = Package.Version, AdditionalSecretOutputs = [.. secretOutputs] };
        var merged = CustomResourceOptions.Merge(defaults, options);
        merged.Id = id;
        return merged;
    }
}
