namespace Pulumi.Docker;

/// <summary>Which Docker engine, and how to reach registries.</summary>
public sealed class ProviderArgs : ResourceArgs
{
    public ProviderArgs()
    {
        Context = Environment.GetEnvironmentVariable("DOCKER_CONTEXT") is { } context ? context : (Input<string>?)null;
        Host = Environment.GetEnvironmentVariable("DOCKER_HOST") is { } host ? host : (Input<string>?)null;
    }

    public static new ProviderArgs Empty => new();

    /// <summary>The Docker context to use instead. <c>DOCKER_CONTEXT</c></summary>
    [Input("context")]
    public Input<string>? Context { get; set; }

    /// <summary>The engine's address, <c>unix:///var/run/docker.sock</c> or <c>ssh://user@machine</c>. <c>DOCKER_HOST</c></summary>
    [Input("host")]
    public Input<string>? Host { get; set; }

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
