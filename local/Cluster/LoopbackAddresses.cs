using System.Net;
using System.Net.NetworkInformation;

namespace Scalelab.Cluster;

/// <summary>
/// What others do with this machine's loopback addresses. All clusters of a machine share 127.0.0.0/8, so an address that a process
/// of another one listens on must not be given out again.
/// </summary>
internal static class LoopbackAddresses
{
    /// <summary>The addresses that any process of the machine listens on, at whatever TCP port.</summary>
    public static HashSet<string> Taken() => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
        .Where(listener => IPAddress.IsLoopback(listener.Address))
        .Select(listener => listener.Address.ToString())
        .ToHashSet(StringComparer.Ordinal);
}
