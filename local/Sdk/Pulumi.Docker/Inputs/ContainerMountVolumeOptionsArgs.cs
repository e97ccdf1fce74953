namespace Pulumi.Docker.Inputs;

/// <summary>A volume that is made where it is missing.</summary>
public sealed class ContainerMountVolumeOptionsArgs : ResourceArgs
{
    public static new ContainerMountVolumeOptionsArgs Empty => new();

    /// <summary>Its driver.</summary>
    [Input("driverName")]
    public Input<string>? DriverName { get; set; }

    /// <summary>Options of the driver.</summary>
    [field: Input("driverOptions")]
    public InputMap<string> DriverOptions
    {
        get => field ??= [];
        set;
    }

    /// <summary>Its labels.</summary>
    [field: Input("labels")]
    public InputList<ContainerMountVolumeOptionsLabelArgs> Labels
    {
        get => field ??= [];
        set;
    }

    /// <summary>Does not begin with what the image has at that place; default false.</summary>
    [Input("noCopy")]
    public Input<bool>? NoCopy { get; set; }

    /// <summary>A folder in it to mount in place of the whole.</summary>
    [Input("subpath")]
    public Input<string>? Subpath { get; set; }
}
