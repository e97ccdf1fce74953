namespace Scalelab.Cluster.Node.Pods;

/// <summary>Gives a pod its address and its folder, and takes them back.</summary>
internal sealed class PodSandboxKeeper(PodState pod)
{
    public string Folder => $"{pod.Node.PodsFolder}/{pod.Pod.Metadata.Uid}";

    /// <summary>Makes the sandbox.</summary>
    /// <exception cref="ContainerConfigException">There is no address left, or a volume cannot be made.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        pod.Address ??= pod.Node.Addresses.Take();
        if (pod.Address is null)
        {
            throw new ContainerConfigException("FailedCreatePodSandBox", "Failed to create pod sandbox: no IP addresses available on this node");
        }

        Directory.CreateDirectory(Folder);
        var volumes = await new PodVolumes(pod.Node.Client, $"{Folder}/volumes").PrepareAsync(pod.Pod, cancellationToken);
        pod.Sandbox = new PodSandbox(pod.Address, Folder, volumes);
        if (pod.Known)
        {
            pod.Node.RecordPod(pod.Pod, "Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
        }
    }

    /// <summary>Goes on with the sandbox of a pod whose containers have outlived an earlier daemon.</summary>
    public void Resume(string address)
    {
        pod.Node.Addresses.Claim(address);
        pod.Address = address;
        pod.ShowsAddress = true;
        pod.Sandbox = new PodSandbox(address, Folder, new PodVolumes(pod.Node.Client, $"{Folder}/volumes").Locate(pod.Pod));
    }

    /// <summary>The pod has finished: others may have its address. Its folder stays for its logs.</summary>
    public void ReleaseAddress()
    {
        if (pod.Address is not null && pod.Sandbox is not null)
        {
            pod.Node.Addresses.Return(pod.Address);
        }
    }

    /// <summary>Nothing of the pod stays, except for its folder where only the node stops.</summary>
    public void Remove()
    {
        if (pod.Address is not null && pod.Pod.Status?.Phase is not ("Succeeded" or "Failed"))
        {
            pod.Node.Addresses.Return(pod.Address);
        }

        if (!pod.NodeStops && Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
