namespace Pulumi.Docker;

/// <summary>A Docker engine.</summary>
[DockerResourceType("pulumi:providers:docker")]
public partial class Provider : ProviderResource
{
    public Provider(string name, ProviderArgs? args = null, CustomResourceOptions? options = null)
        : base("docker", name, args ?? new ProviderArgs(), Package.Complete(options, ""))
    {
    }

    /// <summary>The authority that the engine's certificate must be of.</summary>
    [Output("caMaterial")]
    public Output<string?> CaMaterial { get; private set; } = null!;

    /// <summary>The certificate shown to the engine.</summary>
    [Output("certMaterial")]
    public Output<string?> CertMaterial { get; private set; } = null!;

    /// <summary>The folder with the certificates.</summary>
    [Output("certPath")]
    public Output<string?> CertPath { get; private set; } = null!;

    /// <summary>The Docker context.</summary>
    [Output("context")]
    public Output<string?> Context { get; private set; } = null!;

    /// <summary>The engine's address.</summary>
    [Output("host")]
    public Output<string?> Host { get; private set; } = null!;

    /// <summary>The certificate's key.</summary>
    [Output("keyMaterial")]
    public Output<string?> KeyMaterial { get; private set; } = null!;
}
