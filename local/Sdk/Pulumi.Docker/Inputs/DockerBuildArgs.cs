namespace Pulumi.Docker.Inputs;

/// <summary>How an image is built.</summary>
public sealed class DockerBuildArgs : ResourceArgs
{
    public static new DockerBuildArgs Empty => new();

    /// <summary>Entries for the hosts file while building: <c>name:address</c>.</summary>
    [field: Input("addHosts")]
    public InputList<string> AddHosts
    {
        get => field ??= [];
        set;
    }

    /// <summary>Build arguments.</summary>
    [field: Input("args")]
    public InputMap<string> Args
    {
        get => field ??= [];
        set;
    }

    /// <summary>Which builder; default BuildKit.</summary>
    [Input("builderVersion")]
    public Input<BuilderVersion>? BuilderVersion { get; set; }

    /// <summary>Images whose layers are reused.</summary>
    [Input("cacheFrom")]
    public Input<CacheFromArgs>? CacheFrom { get; set; }

    /// <summary>The folder or address to build from; default the program's folder.</summary>
    [Input("context")]
    public Input<string>? Context { get; set; }

    /// <summary>Default <c>Dockerfile</c> in the context.</summary>
    [Input("dockerfile")]
    public Input<string>? Dockerfile { get; set; }

    /// <summary>The network while building; default <c>default</c>.</summary>
    [Input("network")]
    public Input<string>? Network { get; set; }

    /// <summary>What it shall run on: <c>linux/amd64</c>.</summary>
    [Input("platform")]
    public Input<string>? Platform { get; set; }

    /// <summary>The stage to stop at.</summary>
    [Input("target")]
    public Input<string>? Target { get; set; }
}
