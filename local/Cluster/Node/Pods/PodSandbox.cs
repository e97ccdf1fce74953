using System.Globalization;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>What a pod's containers share: an address and a folder.</summary>
/// <param name="Volumes">The folder of each volume, by its name.</param>
internal sealed record PodSandbox(string Address, string Folder, IReadOnlyDictionary<string, string> Volumes)
{
    public string ContainerFolder(string container) => $"{Folder}/containers/{container}";

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
