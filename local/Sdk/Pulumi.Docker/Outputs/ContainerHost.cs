using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>A line of a container's <c>/etc/hosts</c>.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerHost
{
    /// <summary>The name.</summary>
    public readonly string Host;

    /// <summary>The address.</summary>
    public readonly string Ip;

    [OutputConstructor]
    internal ContainerHost(string host, string ip)
    {
        Host = host;
        Ip = ip;
    }
}
