namespace Pulumi.Docker.Inputs;

/// <summary>A limit of reading from a device.</summary>
public sealed class ContainerDeviceReadIopArgs : ResourceArgs
{
    public static new ContainerDeviceReadIopArgs Empty => new();

    /// <summary>The device.</summary>
    [Input("path", required: true)]
    public Input<string> Path { get; set; } = null!;

    /// <summary>Operations a second.</summary>
    [Input("rate", required: true)]
    public Input<int> Rate { get; set; } = null!;
}
