namespace Pulumi.Docker;

/// <summary>Which Docker engine, and how to reach registries.</summary>
public sealed class ProviderArgs : ResourceArgs
{
    public ProviderArgs()
    {
        Host = Environment.GetEnvironmentVariable("DOCKER_HOST") is { } host ? host : (Input<string>?)null;
    }

    public static new ProviderArgs Empty => new();

    /// <summary>The authority that the engine's certificate must be of, in PEM.</summary>
    [Input("caMaterial")]
    public Input<string>? CaMaterial { get; set; }

    /// <summary>The certificate to show to the engine, in PEM.</summary>
    [Input("certMaterial")]
    public Input<string>? CertMaterial { get; set; }

    /// <summary>A folder with <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c>, in place of the three.</summary>
    [Input("certPath")]
    public Input<string>? CertPath { get; set; }

    /// <summary>The Docker context to use.</summary>
    [Input("context")]
    public Input<string>? Context { get; set; }

    /// <summary>Does not look whether the engine answers before there is something to do.</summary>
    [Input("disableDockerDaemonCheck", json: true)]
    public Input<bool>? DisableDockerDaemonCheck { get; set; }

    /// <summary>The engine's address, <c>unix:///var/run/docker.sock</c> or <c>ssh://user@machine</c>. <c>DOCKER_HOST</c></summary>
    [Input("host")]
    public Input<string>? Host { get; set; }

    /// <summary>The certificate's key, in PEM.</summary>
    [Input("keyMaterial")]
    public Input<string>? KeyMaterial { get; set; }

    /// <summary>Registries, and as whom.</summary>
    [field: Input("registryAuth", json: true)]
    public InputList<Inputs.ProviderRegistryAuthArgs> RegistryAuth
    {
        get => field ??= [];
        set;
    }

    /// <summary>Options of <c>ssh</c>, for hosts reached so.</summary>
    [field: Input("sshOpts", json: true)]
    public InputList<string> SshOpts
    {
        get => field ??= [];
        set;
    }
}
