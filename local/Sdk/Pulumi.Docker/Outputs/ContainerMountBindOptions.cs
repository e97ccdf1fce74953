using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>How a folder of the host is mounted.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerMountBindOptions
{
    /// <summary>Whether later mounts below it are seen: <c>private</c>, <c>rprivate</c>, <c>shared</c>, <c>rshared</c>, <c>slave</c>, <c>rslave</c>.</summary>
    public readonly string? Propagation;

    [OutputConstructor]
    internal ContainerMountBindOptions(string? propagation)
    {
        Propagation = propagation;
    }
}
