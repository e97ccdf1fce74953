using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>A limit of writing to a device.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerDeviceWriteBp
{
    /// <summary>The device.</summary>
    public readonly string Path;

    /// <summary>Bytes a second.</summary>
    public readonly int Rate;

    [OutputConstructor]
    internal ContainerDeviceWriteBp(string path, int rate)
    {
        Path = path;
        Rate = rate;
    }
}
