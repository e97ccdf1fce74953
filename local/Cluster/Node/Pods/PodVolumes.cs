using System.Text;
using k8s.Models;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>
/// Makes a pod's volumes as folders: emptyDir, configMap, secret, hostPath and claims that are bound to a folder of this machine. A process sees no mounts, so its paths below a mount
/// are replaced by paths into these folders. Every other kind of volume is refused.
/// </summary>
internal sealed class PodVolumes(IApiClient client, string folder)
{
    /// <summary>Where each volume's content lies on this machine, by the volume's name, without making anything.</summary>
    public IReadOnlyDictionary<string, string> Locate(V1Pod pod) =>
        (pod.Spec.Volumes ?? []).ToDictionary(volume => volume.Name, volume => volume.HostPath?.Path ?? $"{folder}/{volume.Name}", StringComparer.Ordinal);

    /// <summary>Makes the volumes. Where each volume's content lies on this machine, by the volume's name.</summary>
    /// <exception cref="ContainerConfigException">A volume cannot be made.</exception>
    public async Task<IReadOnlyDictionary<string, string>> PrepareAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        var folders = Locate(pod);
        foreach (var volume in pod.Spec.Volumes ?? [])
        {
            var path = folders[volume.Name];
            if (volume.EmptyDir is not null)
            {
                Directory.CreateDirectory(path);
            }
            else if (volume.ConfigMap is { } configMap)
            {
                var source = await FindAsync<V1ConfigMap>(pod, volume, "configmap", configMap.Name, configMap.Optional == true, cancellationToken);
                var data = (source?.Data ?? Enumerable.Empty<KeyValuePair<string, string>>()).Select(entry => KeyValuePair.Create(entry.Key, Encoding.UTF8.GetBytes(entry.Value)))
                    .Concat(source?.BinaryData ?? Enumerable.Empty<KeyValuePair<string, byte[]>>());
                await WriteAsync(volume, path, data, configMap.Items, cancellationToken);
            }
            else if (volume.Secret is { } secret)
            {
                var source = await FindAsync<V1Secret>(pod, volume, "secret", secret.SecretName, secret.Optional == true, cancellationToken);
                await WriteAsync(volume, path, source?.Data ?? Enumerable.Empty<KeyValuePair<string, byte[]>>(), secret.Items, cancellationToken);
            }
            else if (volume.HostPath is not null)
            {
                // It lies where it lies.
            }
            else if (volume.PersistentVolumeClaim is { } claim)
            {
                var target = await FindClaimedAsync(pod, volume, claim.ClaimName, cancellationToken);
                Directory.CreateDirectory(target);
                Directory.CreateDirectory(folder);
                if (!Path.Exists(path))
                {
                    // So that it is found without asking the API, too.
                    File.CreateSymbolicLink(path, target);
                }
            }
            else if (volume.Projected is not null && volume.Name.StartsWith("kube-api-access-", StringComparison.Ordinal))
            {
                // Every pod gets this one unasked. Nothing here answers inside a pod, so there is nothing to put into it.
                Directory.CreateDirectory(path);
            }
            else
            {
                throw Refused(volume, "this node runs pods as plain processes and makes volumes of type emptyDir, configMap, secret, hostPath and persistentVolumeClaim only");
            }
        }

        return folders;
    }

    private static async Task WriteAsync(
        V1Volume volume, string path, IEnumerable<KeyValuePair<string, byte[]>> data, IList<V1KeyToPath>? items, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(path);
        foreach (var (key, content) in data)
        {
            var name = items is { Count: > 0 } ? items.FirstOrDefault(item => item.Key == key)?.Path : key;
            if (name is null)
            {
                continue;
            }

            var file = Path.GetFullPath($"{path}/{name}");
            if (!file.StartsWith(path + "/", StringComparison.Ordinal))
            {
                throw Refused(volume, $"the path {name} leads out of the volume");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, content, cancellationToken);
        }
    }

    private async Task<string> FindClaimedAsync(V1Pod pod, V1Volume volume, string name, CancellationToken cancellationToken)
    {
        var claim = await FindAsync<V1PersistentVolumeClaim>(pod, volume, "persistentvolumeclaim", name, optional: false, cancellationToken);
        if (claim is not { Status.Phase: "Bound", Spec.VolumeName: { } bound })
        {
            throw Refused(volume, $"persistentvolumeclaim \"{name}\" is not bound to a volume yet");
        }

        var source = (await client.GetAsync<V1PersistentVolume>(null, bound, cancellationToken)).Spec;
        return source.HostPath?.Path ?? source.Local?.Path
            ?? throw Refused(volume, $"persistentvolume \"{bound}\" is no folder of this machine; its source has to be hostPath or local");
    }

    private async Task<T?> FindAsync<T>(V1Pod pod, V1Volume volume, string kind, string name, bool optional, CancellationToken cancellationToken)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            return await client.GetAsync<T>(pod.Metadata.NamespaceProperty, name, cancellationToken);
        }
        catch (ApiException exception) when (exception.Code == 404)
        {
            return optional ? null : throw Refused(volume, $"{kind} \"{name}\" not found");
        }
    }

    private static ContainerConfigException Refused(V1Volume volume, string detail) =>
        new("FailedMount", $"MountVolume.SetUp failed for volume \"{volume.Name}\" : {detail}");
}
