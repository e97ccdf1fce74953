namespace Pulumi.Docker.Inputs;

/// <summary>A memory file system.</summary>
public sealed class ContainerMountTmpfsOptionsArgs : ResourceArgs
{
    public static new ContainerMountTmpfsOptionsArgs Empty => new();

    /// <summary>Its permissions, as a decimal number.</summary>
    [Input("mode")]
    public Input<int>? Mode { get; set; }

    /// <summary>Its size, in bytes.</summary>
    [Input("sizeBytes")]
    public Input<int>? SizeBytes { get; set; }
}
