using Docker.DotNet.Models;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Docker.Containers;

/// <summary>The networks that a container joins when it is created, in the Engine API's words.</summary>
internal static class ContainerNetworks
{
    /// <returns>Null where the program names none: then <c>networkMode</c> decides alone.</returns>
    public static NetworkingConfig Of(PropertyMap inputs)
    {
        var networks = ContainerSpec.Maps(inputs, "networksAdvanced").ToArray();
        return networks.Length == 0
            ? null!
            : new NetworkingConfig { EndpointsConfig = networks.ToDictionary(network => ContainerSpec.Text(network, "name"), Endpoint) };
    }

    private static EndpointSettings Endpoint(PropertyMap network) => new()
    {
        Aliases = ContainerSpec.Texts(network, "aliases"),
        MacAddress = ContainerSpec.Text(network, "macAddress"),
        GwPriority = ContainerInputs.Number(network, "gwPriority"),
        DriverOpts = (ContainerSpec.Texts(network, "driverOpts") ?? []).Select(option => option.Split('=', 2)).ToDictionary(option => option[0], option => option.ElementAtOrDefault(1) ?? ""),
        IPAMConfig = new EndpointIPAMConfig
        {
            IPv4Address = ContainerSpec.Text(network, "ipv4Address"),
            IPv6Address = ContainerSpec.Text(network, "ipv6Address"),
            LinkLocalIPs = ContainerSpec.Texts(network, "linkLocalIps"),
        },
    };
}
