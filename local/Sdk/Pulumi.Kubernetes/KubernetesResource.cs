namespace Pulumi.Kubernetes;

/// <summary>An object in a cluster.</summary>
public abstract class KubernetesResource : CustomResource
{
    internal KubernetesResource(string type, string name, ResourceArgs? args, CustomResourceOptions? options)
        : base(type, name, args, options)
    {
    }

    /// <summary>The options with what the package adds.</summary>
    /// <param name="options">What the program gives.</param>
    /// <param name="id">Always wins; an empty one means: not read, but managed.</param>
    /// <param name="olderTypes">The type tokens that the kind had in older groups: the same object, so no reason to replace it.</param>
    /// <param name="secretOutputs">Names of outputs that are always secret.</param>
    private protected static CustomResourceOptions CompleteOptions(
        CustomResourceOptions? options, Input<string> id, string[] olderTypes, params string[] secretOutputs)
    {
        var defaults = new CustomResourceOptions
        {
            Version = Package.Version,
            AdditionalSecretOutputs = [.. secretOutputs],
            Aliases = [.. olderTypes.Select(type => (Input<Alias>)new Alias { Type = type })],
        };
        var merged = CustomResourceOptions.Merge(defaults, options);
        merged.Id = id;
        return merged;
    }
}
