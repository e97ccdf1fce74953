using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>A limit of a container's processes.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerUlimit
{
    /// <summary>What it cannot be raised above.</summary>
    public readonly int Hard;

    /// <summary>Which one: <c>nofile</c>.</summary>
    public readonly string Name;

    /// <summary>Where it starts.</summary>
    public readonly int Soft;

    [OutputConstructor]
    internal ContainerUlimit(int hard, string name, int soft)
    {
        Hard = hard;
        Name = name;
        Soft = soft;
    }
}
