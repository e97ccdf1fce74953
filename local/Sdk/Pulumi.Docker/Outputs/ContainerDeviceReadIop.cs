using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>A limit of reading from a device.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerDeviceReadIop
{
    /// <summary>The device.</summary>
    public readonly string Path;

    /// <summary>Operations a second.</summary>
    public readonly int Rate;

    [OutputConstructor]
    internal ContainerDeviceReadIop(string path, int rate)
    {
        Path = path;
        Rate = rate;
    }
}
