using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>A network that a container joins.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerNetworksAdvanced
{
    /// <summary>Further names of the container in it.</summary>
    public readonly ImmutableArray<string> Aliases;

    /// <summary>Options of the network's driver: <c>name=value</c>.</summary>
    public readonly ImmutableArray<string> DriverOpts;

    /// <summary>Whose gateway is the container's: the highest.</summary>
    public readonly int? GwPriority;

    /// <summary>The container's IPv4 address in it.</summary>
    public readonly string? Ipv4Address;

    /// <summary>The container's IPv6 address in it.</summary>
    public readonly string? Ipv6Address;

    /// <summary>Its link-local addresses.</summary>
    public readonly ImmutableArray<string> LinkLocalIps;

    /// <summary>Its hardware address.</summary>
    public readonly string? MacAddress;

    /// <summary>The network's name or id.</summary>
    public readonly string Name;

    [OutputConstructor]
    internal ContainerNetworksAdvanced(
        ImmutableArray<string> aliases,
        ImmutableArray<string> driverOpts,
        int? gwPriority,
        string? ipv4Address,
        string? ipv6Address,
        ImmutableArray<string> linkLocalIps,
        string? macAddress,
        string name)
    {
        Aliases = aliases;
        DriverOpts = driverOpts;
        GwPriority = gwPriority;
        Ipv4Address = ipv4Address;
        Ipv6Address = ipv6Address;
        LinkLocalIps = linkLocalIps;
        MacAddress = macAddress;
        Name = name;
    }
}
