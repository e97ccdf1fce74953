using System.Globalization;
using k8s.Models;
using Scalelab.Cluster.Node.Images;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>What a pod's containers share: an address and a folder.</summary>
/// <param name="Volumes">The folder of each volume, by its name.</param>
internal sealed record PodSandbox(string Address, string Folder, IReadOnlyDictionary<string, string> Volumes)
{
    public string ContainerFolder(string container) => ContainerFolder(Folder, container);

    public static string ContainerFolder(string podFolder, string container) => $"{podFolder}/containers/{container}";

    /// <summary>The folder of each of a container's mounts, by the path that the container knows it by.</summary>
    public Dictionary<string, string> Mounts(V1Container container) => (container.VolumeMounts ?? []).ToDictionary(
        mount => Path.GetFullPath(mount.MountPath).TrimEnd('/'),
        mount => mount.SubPath is { Length: > 0 } sub ? RootedPath.Resolve(Volumes[mount.Name], sub, followLast: false) : Volumes[mount.Name]);

    public string LogPath(string container, int run) => LogPath(Folder, container, run);

    public static string LogPath(string podFolder, string container, int run) =>
        string.Create(CultureInfo.InvariantCulture, $"{podFolder}/containers/{container}/{run}.log");

    /// <summary>Only the present run's log and the one before it are kept.</summary>
    public void ForgetLogsBefore(string container, int run)
    {
        foreach (var file in new[] { LogPath(container, run - 1), LogPath(container, run - 1) + ".1" }.Where(File.Exists))
        {
            File.Delete(file);
        }
    }
}
