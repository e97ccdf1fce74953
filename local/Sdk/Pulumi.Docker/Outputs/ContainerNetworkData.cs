using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>A container's place in a network.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerNetworkData
{
    /// <summary>The network's gateway.</summary>
    public readonly string? Gateway;

    /// <summary>Its IPv6 address.</summary>
    public readonly string? GlobalIpv6Address;

    /// <summary>The length of that address's prefix.</summary>
    public readonly int? GlobalIpv6PrefixLength;

    /// <summary>Its IPv4 address.</summary>
    public readonly string? IpAddress;

    /// <summary>The length of that address's prefix.</summary>
    public readonly int? IpPrefixLength;

    /// <summary>The network's IPv6 gateway.</summary>
    public readonly string? Ipv6Gateway;

    /// <summary>Its hardware address.</summary>
    public readonly string? MacAddress;

    /// <summary>The network.</summary>
    public readonly string? NetworkName;

    [OutputConstructor]
    internal ContainerNetworkData(
        string? gateway,
        string? globalIpv6Address,
        int? globalIpv6PrefixLength,
        string? ipAddress,
        int? ipPrefixLength,
        string? ipv6Gateway,
        string? macAddress,
        string? networkName)
    {
        Gateway = gateway;
        GlobalIpv6Address = globalIpv6Address;
        GlobalIpv6PrefixLength = globalIpv6PrefixLength;
        IpAddress = ipAddress;
        IpPrefixLength = ipPrefixLength;
        Ipv6Gateway = ipv6Gateway;
        MacAddress = macAddress;
        NetworkName = networkName;
    }
}
