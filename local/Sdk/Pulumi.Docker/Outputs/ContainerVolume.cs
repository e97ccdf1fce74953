using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>A volume or folder mounted in a container.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerVolume
{
    /// <summary>Where it is mounted.</summary>
    public readonly string? ContainerPath;

    /// <summary>A container whose volumes are mounted as they are there.</summary>
    public readonly string? FromContainer;

    /// <summary>The host's folder.</summary>
    public readonly string? HostPath;

    /// <summary>Cannot be written; default false.</summary>
    public readonly bool? ReadOnly;

    /// <summary><c>z</c> to share it with other containers, <c>Z</c> to keep it to this one, under SELinux.</summary>
    public readonly string? SelinuxRelabel;

    /// <summary>The volume's name.</summary>
    public readonly string? VolumeName;

    [OutputConstructor]
    internal ContainerVolume(
        string? containerPath,
        string? fromContainer,
        string? hostPath,
        bool? readOnly,
        string? selinuxRelabel,
        string? volumeName)
    {
        ContainerPath = containerPath;
        FromContainer = fromContainer;
        HostPath = hostPath;
        ReadOnly = readOnly;
        SelinuxRelabel = selinuxRelabel;
        VolumeName = volumeName;
    }
}
