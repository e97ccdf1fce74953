namespace Pulumi.Docker.Inputs;

/// <summary>How a folder of the host is mounted.</summary>
public sealed class ContainerMountBindOptionsArgs : ResourceArgs
{
    public static new ContainerMountBindOptionsArgs Empty => new();

    /// <summary>Whether later mounts below it are seen: <c>private</c>, <c>rprivate</c>, <c>shared</c>, <c>rshared</c>, <c>slave</c>, <c>rslave</c>.</summary>
    [Input("propagation")]
    public Input<string>? Propagation { get; set; }
}
