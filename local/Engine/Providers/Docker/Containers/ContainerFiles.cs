using Docker.DotNet.Models;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Docker.Containers;

/// <summary>What is mounted in a container, in the Engine API's words.</summary>
internal static class ContainerFiles
{
    private static readonly string[] MountTypes = ["bind", "volume", "tmpfs"];

    public static IEnumerable<CheckFailure> Check(PropertyMap inputs)
    {
        foreach (var (mount, i) in ContainerSpec.Maps(inputs, "mounts").Select((mount, i) => (mount, i)))
        {
            if (mount.FindText("type") is { } type && !MountTypes.Contains(type))
            {
                yield return new CheckFailure($"mounts[{i}].type", $"is '{type}'; it must be one of {string.Join(", ", MountTypes)}.");
            }
        }

        foreach (var (volume, i) in ContainerSpec.Maps(inputs, "volumes").Select((volume, i) => (volume, i)))
        {
            if (!volume.ContainsKey("containerPath") && !volume.ContainsKey("fromContainer"))
            {
                yield return new CheckFailure($"volumes[{i}].containerPath", "is missing: say where in the container the volume is mounted.");
            }
        }

        foreach (var failure in ContainerUploads.Check(inputs))
        {
            yield return failure;
        }
    }

    public static IList<string> Binds(PropertyMap inputs) => [.. ContainerSpec.Maps(inputs, "volumes").Where(volume => !volume.ContainsKey("fromContainer")).Select(Bind)];

    public static IList<string> VolumesFrom(PropertyMap inputs) => [.. ContainerSpec.Maps(inputs, "volumes").Select(volume => volume.FindText("fromContainer")).OfType<string>()];

    public static IList<Mount> Mounts(PropertyMap inputs) => [.. ContainerSpec.Maps(inputs, "mounts").Select(Mount)];

    // Without a source, the engine makes a volume without a name.
    private static string Bind(PropertyMap volume)
    {
        var source = volume.FindText("hostPath") ?? volume.FindText("volumeName");
        var options = string.Join(',', new[] { ContainerInputs.Flag(volume, "readOnly") ? "ro" : null, volume.FindText("selinuxRelabel") }.OfType<string>());
        return string.Join(':', new[] { source, volume.FindText("containerPath"), options.Length > 0 ? options : null }.OfType<string>());
    }

    private static Mount Mount(PropertyMap mount) => new()
    {
        Type = ContainerSpec.Text(mount, "type"),
        Source = ContainerSpec.Text(mount, "source"),
        Target = ContainerSpec.Text(mount, "target"),
        ReadOnly = ContainerInputs.Flag(mount, "readOnly"),
        BindOptions = mount.Find("bindOptions") is PropertyMap bind ? new BindOptions { Propagation = ContainerSpec.Text(bind, "propagation") } : null!,
        TmpfsOptions = mount.Find("tmpfsOptions") is PropertyMap memory
            ? new TmpfsOptions { Mode = (uint)ContainerInputs.Number(memory, "mode"), SizeBytes = ContainerInputs.Number(memory, "sizeBytes") }
            : null!,
        VolumeOptions = mount.Find("volumeOptions") is PropertyMap volume ? Volume(volume) : null!,
    };

    private static VolumeOptions Volume(PropertyMap volume) => new()
    {
        NoCopy = ContainerInputs.Flag(volume, "noCopy"),
        Subpath = ContainerSpec.Text(volume, "subpath"),
        Labels = ContainerSpec.Maps(volume, "labels").ToDictionary(label => label.FindText("label") ?? "", label => label.FindText("value") ?? ""),
        DriverConfig = volume.FindText("driverName") is { } driver ? new Driver { Name = driver, Options = ContainerSpec.TextMap(volume, "driverOptions") } : null!,
    };
}
