using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>Linux capabilities that a container gets beyond the usual, or loses.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerCapabilities
{
    /// <summary>To give: <c>NET_ADMIN</c>, <c>ALL</c>.</summary>
    public readonly ImmutableArray<string> Adds;

    /// <summary>To take.</summary>
    public readonly ImmutableArray<string> Drops;

    [OutputConstructor]
    internal ContainerCapabilities(ImmutableArray<string> adds, ImmutableArray<string> drops)
    {
        Adds = adds;
        Drops = drops;
    }
}
