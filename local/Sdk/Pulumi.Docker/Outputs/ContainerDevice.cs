using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>A device of the host, as a container sees it.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerDevice
{
    /// <summary>Where it stands inside; the same path by default.</summary>
    public readonly string? ContainerPath;

    /// <summary>Where it stands on the host.</summary>
    public readonly string HostPath;

    /// <summary>Of <c>rwm</c>, read, write, make; all by default.</summary>
    public readonly string? Permissions;

    [OutputConstructor]
    internal ContainerDevice(string? containerPath, string hostPath, string? permissions)
    {
        ContainerPath = containerPath;
        HostPath = hostPath;
        Permissions = permissions;
    }
}
