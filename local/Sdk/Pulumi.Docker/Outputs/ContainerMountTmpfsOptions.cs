using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>A memory file system.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerMountTmpfsOptions
{
    /// <summary>Its permissions, as a decimal number.</summary>
    public readonly int? Mode;

    /// <summary>Its size, in bytes.</summary>
    public readonly int? SizeBytes;

    [OutputConstructor]
    internal ContainerMountTmpfsOptions(int? mode, int? sizeBytes)
    {
        Mode = mode;
        SizeBytes = sizeBytes;
    }
}
