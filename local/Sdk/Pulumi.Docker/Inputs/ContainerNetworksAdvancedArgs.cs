namespace Pulumi.Docker.Inputs;

/// <summary>A network that a container joins.</summary>
public sealed class ContainerNetworksAdvancedArgs : ResourceArgs
{
    public static new ContainerNetworksAdvancedArgs Empty => new();

    /// <summary>Further names of the container in it.</summary>
    [field: Input("aliases")]
    public InputList<string> Aliases
    {
        get => field ??= [];
        set;
    }

    /// <summary>Options of the network's driver: <c>name=value</c>.</summary>
    [field: Input("driverOpts")]
    public InputList<string> DriverOpts
    {
        get => field ??= [];
        set;
    }

    /// <summary>Whose gateway is the container's: the highest.</summary>
    [Input("gwPriority")]
    public Input<int>? GwPriority { get; set; }

    /// <summary>The container's IPv4 address in it.</summary>
    [Input("ipv4Address")]
    public Input<string>? Ipv4Address { get; set; }

    /// <summary>The container's IPv6 address in it.</summary>
    [Input("ipv6Address")]
    public Input<string>? Ipv6Address { get; set; }

    /// <summary>Its link-local addresses.</summary>
    [field: Input("linkLocalIps")]
    public InputList<string> LinkLocalIps
    {
        get => field ??= [];
        set;
    }

    /// <summary>Its hardware address.</summary>
    [Input("macAddress")]
    public Input<string>? MacAddress { get; set; }

    /// <summary>The network's name or id.</summary>
    [Input("name", required: true)]
    public Input<string> Name { get; set; } = null!;
}
