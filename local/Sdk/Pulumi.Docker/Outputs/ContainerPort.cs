using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>A container's port opened on the host.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerPort
{
    /// <summary>The host's; any free one where left out.</summary>
    public readonly int? External;

    /// <summary>The container's.</summary>
    public readonly int Internal;

    /// <summary>The host's address to listen on; default all.</summary>
    public readonly string? Ip;

    /// <summary><c>tcp</c> or <c>udp</c>; default tcp.</summary>
    public readonly string? Protocol;

    [OutputConstructor]
    internal ContainerPort(
        int? external,
        int @internal,
        string? ip,
        string? protocol)
    {
        External = external;
        Internal = @internal;
        Ip = ip;
        Protocol = protocol;
    }
}
