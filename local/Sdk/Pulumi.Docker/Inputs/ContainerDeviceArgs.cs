namespace Pulumi.Docker.Inputs;

/// <summary>A device of the host, as a container sees it.</summary>
public sealed class ContainerDeviceArgs : ResourceArgs
{
    public static new ContainerDeviceArgs Empty => new();

    /// <summary>Where it stands inside; the same path by default.</summary>
    [Input("containerPath")]
    public Input<string>? ContainerPath { get; set; }

    /// <summary>Where it stands on the host.</summary>
    [Input("hostPath", required: true)]
    public Input<string> HostPath { get; set; } = null!;

    /// <summary>Of <c>rwm</c>, read, write, make; all by default.</summary>
    [Input("permissions")]
    public Input<string>? Permissions { get; set; }
}
