namespace Pulumi.Docker.Inputs;

/// <summary>Devices that a driver hands out.</summary>
public sealed class ContainerDeviceRequestArgs : ResourceArgs
{
    public static new ContainerDeviceRequestArgs Empty => new();

    /// <summary>What they must be able to: <c>gpu</c>.</summary>
    [field: Input("capabilities")]
    public InputList<string> Capabilities
    {
        get => field ??= [];
        set;
    }

    /// <summary>How many; -1 for all.</summary>
    [Input("count")]
    public Input<int>? Count { get; set; }

    /// <summary>Which ones, in place of a number.</summary>
    [field: Input("deviceIds")]
    public InputList<string> DeviceIds
    {
        get => field ??= [];
        set;
    }

    /// <summary>The driver.</summary>
    [Input("driver")]
    public Input<string>? Driver { get; set; }

    /// <summary>Its options.</summary>
    [field: Input("options")]
    public InputMap<string> Options
    {
        get => field ??= [];
        set;
    }
}
