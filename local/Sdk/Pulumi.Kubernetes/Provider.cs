namespace Pulumi.Kubernetes;

/// <summary>A cluster, and how resources are applied to it.</summary>
[KubernetesResourceType("pulumi:providers:kubernetes")]
public partial class Provider : ProviderResource
{
    public Provider(string name, ProviderArgs? args = null, CustomResourceOptions? options = null)
        : base("kubernetes", name, args ?? new ProviderArgs(), Complete(options))
    {
    }

    private static CustomResourceOptions Complete(CustomResourceOptions? options)
        => CustomResourceOptions.Merge(new CustomResourceOptions { Version = Package.Version }, options);
}
