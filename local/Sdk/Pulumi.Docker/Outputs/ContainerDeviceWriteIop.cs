using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>A limit of writing to a device.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerDeviceWriteIop
{
    /// <summary>The device.</summary>
    public readonly string Path;

    /// <summary>Operations a second.</summary>
    public readonly int Rate;

    [OutputConstructor]
    internal ContainerDeviceWriteIop(string path, int rate)
    {
        Path = path;
        Rate = rate;
    }
}
