using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>Devices that a driver hands out.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerDeviceRequest
{
    /// <summary>What they must be able to: <c>gpu</c>.</summary>
    public readonly ImmutableArray<string> Capabilities;

    /// <summary>How many; -1 for all.</summary>
    public readonly int? Count;

    /// <summary>Which ones, in place of a number.</summary>
    public readonly ImmutableArray<string> DeviceIds;

    /// <summary>The driver.</summary>
    public readonly string? Driver;

    /// <summary>Its options.</summary>
    public readonly ImmutableDictionary<string, string>? Options;

    [OutputConstructor]
    internal ContainerDeviceRequest(
        ImmutableArray<string> capabilities,
        int? count,
        ImmutableArray<string> deviceIds,
        string? driver,
        ImmutableDictionary<string, string>? options)
    {
        Capabilities = capabilities;
        Count = count;
        DeviceIds = deviceIds;
        Driver = driver;
        Options = options;
    }
}
