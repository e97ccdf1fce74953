namespace Pulumi.Docker.Inputs;

/// <summary>A container's place in a network.</summary>
public sealed class ContainerNetworkDataArgs : ResourceArgs
{
    public static new ContainerNetworkDataArgs Empty => new();

    /// <summary>The network's gateway.</summary>
    [Input("gateway")]
    public Input<string>? Gateway { get; set; }

    /// <summary>Its IPv6 address.</summary>
    [Input("globalIpv6Address")]
    public Input<string>? GlobalIpv6Address { get; set; }

    /// <summary>The length of that address's prefix.</summary>
    [Input("globalIpv6PrefixLength")]
    public Input<int>? GlobalIpv6PrefixLength { get; set; }

    /// <summary>Its IPv4 address.</summary>
    [Input("ipAddress")]
    public Input<string>? IpAddress { get; set; }

    /// <summary>The length of that address's prefix.</summary>
    [Input("ipPrefixLength")]
    public Input<int>? IpPrefixLength { get; set; }

    /// <summary>The network's IPv6 gateway.</summary>
    [Input("ipv6Gateway")]
    public Input<string>? Ipv6Gateway { get; set; }

    /// <summary>Its hardware address.</summary>
    [Input("macAddress")]
    public Input<string>? MacAddress { get; set; }

    /// <summary>The network.</summary>
    [Input("networkName")]
    public Input<string>? NetworkName { get; set; }
}
