using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>A volume that is made where it is missing.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerMountVolumeOptions
{
    /// <summary>Its driver.</summary>
    public readonly string? DriverName;

    /// <summary>Options of the driver.</summary>
    public readonly ImmutableDictionary<string, string>? DriverOptions;

    /// <summary>Its labels.</summary>
    public readonly ImmutableArray<ContainerMountVolumeOptionsLabel> Labels;

    /// <summary>Does not begin with what the image has at that place; default false.</summary>
    public readonly bool? NoCopy;

    /// <summary>A folder in it to mount in place of the whole.</summary>
    public readonly string? Subpath;

    [OutputConstructor]
    internal ContainerMountVolumeOptions(
        string? driverName,
        ImmutableDictionary<string, string>? driverOptions,
        ImmutableArray<ContainerMountVolumeOptionsLabel> labels,
        bool? noCopy,
        string? subpath)
    {
        DriverName = driverName;
        DriverOptions = driverOptions;
        Labels = labels;
        NoCopy = noCopy;
        Subpath = subpath;
    }
}
