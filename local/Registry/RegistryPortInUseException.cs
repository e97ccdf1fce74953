using System.Net;

namespace Scalelab.Registry;

/// <summary>The address that the registry should listen on is taken by another process.</summary>
public sealed class RegistryPortInUseException(IPEndPoint endpoint, Exception inner)
    : IOException($"The registry cannot listen on {endpoint}: the port is in use.", inner)
{
    /// <summary>The address that is taken.</summary>
    public IPEndPoint Endpoint { get; } = endpoint;
}
