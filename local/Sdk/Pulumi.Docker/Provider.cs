namespace Pulumi.Docker;

/// <summary>A Docker engine.</summary>
[DockerResourceType("pulumi:providers:docker")]
public partial class Provider : ProviderResource
{
    public Provider(string name, ProviderArgs? args = null, CustomResourceOptions? options = null)
        : base("docker", name, args ?? new ProviderArgs(), Package.Complete(options, ""))
    {
    }

    [Output("context")]
    public Output<string?> Context { get; private set; } = null!;

    [Output("host")]
    public Output<string?> Host { get; private set; } = null!;
}
