namespace Pulumi.Docker;

/// <summary>The official package that this one stands for.</summary>
internal static class Package
{
    /// <summary>Tells the engine which provider to use.</summary>
    public const string Version = "5.1.0";

    /// <summary>The options with the package's version. <paramref name="id"/> always wins; an empty one means: not read, but managed.</summary>
    public static CustomResourceOptions Complete(CustomResourceOptions? options, Input<string> id, params string[] secretOutputs)
    {
        var defaults = new CustomResourceOptions { Version = Version, AdditionalSecretOutputs = [.. secretOutputs] };
        var merged = CustomResourceOptions.Merge(defaults, options);
        merged.Id = id;
        return merged;
    }
}
