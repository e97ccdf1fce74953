using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>A folder, volume or memory file system mounted in a container.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerMount
{
    /// <summary>For the type <c>bind</c>.</summary>
    public readonly ContainerMountBindOptions? BindOptions;

    /// <summary>Cannot be written; default false.</summary>
    public readonly bool? ReadOnly;

    /// <summary>The host's folder or the volume's name.</summary>
    public readonly string? Source;

    /// <summary>Where it is mounted.</summary>
    public readonly string Target;

    /// <summary>For the type <c>tmpfs</c>.</summary>
    public readonly ContainerMountTmpfsOptions? TmpfsOptions;

    /// <summary><c>bind</c>, <c>volume</c> or <c>tmpfs</c>.</summary>
    public readonly string Type;

    /// <summary>For the type <c>volume</c>.</summary>
    public readonly ContainerMountVolumeOptions? VolumeOptions;

    [OutputConstructor]
    internal ContainerMount(
        ContainerMountBindOptions? bindOptions,
        bool? readOnly,
        string? source,
        string target,
        ContainerMountTmpfsOptions? tmpfsOptions,
        string type,
        ContainerMountVolumeOptions? volumeOptions)
    {
        BindOptions = bindOptions;
        ReadOnly = readOnly;
        Source = source;
        Target = target;
        TmpfsOptions = tmpfsOptions;
        Type = type;
        VolumeOptions = volumeOptions;
    }
}
