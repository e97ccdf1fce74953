using k8s.Models;
using Scalelab.Cluster.Tests.Lifecycles;

namespace Scalelab.Cluster.Tests.Controllers.Volumes;

/// <summary>Claims on a node with played processes.</summary>
public sealed class ClaimControllerTests : IAsyncLifetime
{
    private PlayedCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await PlayedCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Claim_WithoutAClass_GetsAFolderThatGoesWithIt()
    {
        await ClaimAsync("data", null);
        await PodAsync("data");
        var claim = await _cluster.UntilAsync<V1PersistentVolumeClaim>("data", claim => claim?.Status?.Phase == "Bound");
        await _cluster.UntilAsync<V1Pod>("p", pod => pod?.Status?.Phase == "Running");
        var volume = Assert.Single((await _cluster.Client.ListAsync<V1PersistentVolume>(null, _cluster.Stop)).Items);
        Assert.Equal((claim!.Spec.VolumeName, "Bound", "1Gi", true), (volume.Metadata.Name, volume.Status.Phase, claim.Status.Capacity["storage"].ToString(), Directory.Exists(volume.Spec.HostPath.Path)));

        await _cluster.Client.DeleteAsync<V1Pod>("default", "p", null, _cluster.Stop);
        await _cluster.UntilAsync<V1Pod>("p", pod => pod is null);
        Assert.True(Directory.Exists(volume.Spec.HostPath.Path));
        await _cluster.Client.DeleteAsync<V1PersistentVolumeClaim>("default", "data", null, _cluster.Stop);

        while ((await _cluster.Client.ListAsync<V1PersistentVolume>(null, _cluster.Stop)).Items.Count > 0 || Directory.Exists(volume.Spec.HostPath.Path))
        {
            await _cluster.SettleAsync();
        }
    }

    [Fact]
    public async Task Claim_WithAClass_WaitsForTheSmallestVolumeThatWillDo()
    {
        await ClaimAsync("data", "fast");
        await PodAsync("data");
        await _cluster.UntilEventAsync(
            "FailedScheduling",
            "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.");
        foreach (var (name, size, type) in ((string, string, string)[])[("small", "512Mi", "fast"), ("large", "8Gi", "fast"), ("right", "2Gi", "fast"), ("slow", "1Gi", "slow")])
        {
            await VolumeAsync(name, size, type);
        }

        var claim = await _cluster.UntilAsync<V1PersistentVolumeClaim>("data", claim => claim?.Status?.Phase == "Bound");

        Assert.Contains(claim!.Spec.VolumeName, (string[])["large", "right"]);
        await _cluster.UntilAsync<V1Pod>("p", pod => pod?.Status?.Phase == "Running");
    }

    [Fact]
    public async Task Pod_WhoseClaimIsNotThere_IsNotPlaced()
    {
        await PodAsync("none");

        await _cluster.UntilEventAsync(
            "FailedScheduling",
            "0/1 nodes are available: persistentvolumeclaim \"none\" not found. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.");
    }

    private async Task ClaimAsync(string name, string? type) => await _cluster.Client.CreateAsync(
        new V1PersistentVolumeClaim
        {
            ApiVersion = "v1",
            Kind = "PersistentVolumeClaim",
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
            Spec = new V1PersistentVolumeClaimSpec
            {
                AccessModes = ["ReadWriteOnce"],
                StorageClassName = type,
                Resources = new V1VolumeResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["storage"] = new("1Gi") } },
            },
        },
        _cluster.Stop);

    private async Task VolumeAsync(string name, string size, string type) => await _cluster.Client.CreateAsync(
        new V1PersistentVolume
        {
            ApiVersion = "v1",
            Kind = "PersistentVolume",
            Metadata = new V1ObjectMeta { Name = name },
            Spec = new V1PersistentVolumeSpec
            {
                AccessModes = ["ReadWriteOnce"],
                Capacity = new Dictionary<string, ResourceQuantity> { ["storage"] = new(size) },
                StorageClassName = type,
                HostPath = new V1HostPathVolumeSource { Path = Path.GetTempPath() },
            },
        },
        _cluster.Stop);

    private async Task PodAsync(string claim) => await _cluster.Client.CreateAsync(
        new V1Pod
        {
            ApiVersion = "v1",
            Kind = "Pod",
            Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "default" },
            Spec = new V1PodSpec
            {
                TerminationGracePeriodSeconds = 1,
                Containers = [new V1Container { Name = "main", Image = "busybox:1.36", Command = ["tool", "serve", "1"], VolumeMounts = [new V1VolumeMount { Name = "data", MountPath = "/data" }] }],
                Volumes = [new V1Volume { Name = "data", PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = claim } }],
            },
        },
        _cluster.Stop);
}
