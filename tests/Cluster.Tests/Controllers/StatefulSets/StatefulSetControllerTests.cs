using System.Globalization;
using k8s.Models;
using Scalelab.Cluster.Tests.Lifecycles;

namespace Scalelab.Cluster.Tests.Controllers.StatefulSets;

/// <summary>Stateful sets on a node with played processes.</summary>
public sealed class StatefulSetControllerTests : IAsyncLifetime
{
    private PlayedCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await PlayedCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Set_GetsItsPodsOneAfterTheOther()
    {
        await CreateAsync(_ => { });

        var set = await ReadyAsync(3);

        var pods = await PodsAsync();
        Assert.Equal(["db-0", "db-1", "db-2"], pods.Select(pod => pod.Metadata.Name));
        Assert.Equal(pods.Select(pod => pod.Metadata.Name), pods.OrderBy(pod => long.Parse(pod.Metadata.ResourceVersion, CultureInfo.InvariantCulture)).Select(pod => pod.Metadata.Name));
        Assert.All(pods, pod => Assert.Equal(
            (pod.Metadata.Name, pod.Metadata.Name[3..], set.Status.UpdateRevision, pod.Metadata.Name, "db"),
            (pod.Metadata.Labels["statefulset.kubernetes.io/pod-name"], pod.Metadata.Labels["apps.kubernetes.io/pod-index"], pod.Metadata.Labels["controller-revision-hash"], pod.Spec.Hostname, pod.Spec.Subdomain)));
        Assert.Equal((3, 3, 3, 3, 0), (set.Status.Replicas, set.Status.CurrentReplicas, set.Status.UpdatedReplicas, set.Status.AvailableReplicas, set.Status.CollisionCount));
        Assert.Equal(set.Status.UpdateRevision, set.Status.CurrentRevision);
        await _cluster.UntilEventAsync("SuccessfulCreate", "create Pod db-2 in StatefulSet db successful");
    }

    [Fact]
    public async Task Set_WithANewTemplate_ReplacesItsPodsFromTheLast()
    {
        await CreateAsync(_ => { });
        var before = await ReadyAsync(3);
        await ChangeAsync(set => set.Spec.Template.Metadata.Annotations = new Dictionary<string, string> { ["version"] = "2" });

        var after = await _cluster.UntilAsync<V1StatefulSet>("db", set => set!.Status.CurrentRevision != before.Status.CurrentRevision && set.Status.CurrentRevision == set.Status.UpdateRevision);

        Assert.All(await PodsAsync(), pod => Assert.Equal("2", pod.Metadata.Annotations["version"]));
        var revisions = (await _cluster.Client.ListAsync<V1ControllerRevision>("default", _cluster.Stop)).Items;
        Assert.Equal([(before.Status.CurrentRevision, 1L), (after!.Status.CurrentRevision, 2L)], revisions.OrderBy(revision => revision.Revision).Select(revision => (revision.Metadata.Name, revision.Revision)));
        await _cluster.UntilEventAsync("SuccessfulDelete", "delete Pod db-2 in StatefulSet db successful");
    }

    [Fact]
    public async Task Set_WithAPartition_KeepsTheOldPodsBelowIt()
    {
        await CreateAsync(set => set.Spec.UpdateStrategy = new V1StatefulSetUpdateStrategy { Type = "RollingUpdate", RollingUpdate = new V1RollingUpdateStatefulSetStrategy { Partition = 2 } });
        await ReadyAsync(3);
        await ChangeAsync(set => set.Spec.Template.Metadata.Annotations = new Dictionary<string, string> { ["version"] = "2" });

        var set = await _cluster.UntilAsync<V1StatefulSet>("db", set => set!.Status.UpdatedReplicas == 1 && set.Status.ReadyReplicas == 3 && set.Status.CurrentRevision != set.Status.UpdateRevision);

        Assert.Equal(2, set!.Status.CurrentReplicas);
        Assert.Equal([false, false, true], (await PodsAsync()).Select(pod => pod.Metadata.Annotations?.ContainsKey("version") == true));
    }

    [Fact]
    public async Task Set_ThatShrinks_EndsItsLastPods()
    {
        await CreateAsync(_ => { });
        await ReadyAsync(3);
        await ChangeAsync(set => set.Spec.Replicas = 1);

        await _cluster.UntilAsync<V1StatefulSet>("db", set => set!.Status.Replicas == 1);

        Assert.Equal("db-0", Assert.Single(await PodsAsync()).Metadata.Name);
    }

    [Fact]
    public async Task Pod_ThatIsDeleted_ComesBackUnderItsName()
    {
        await CreateAsync(set => set.Spec.PodManagementPolicy = "Parallel");
        await ReadyAsync(3);
        var uid = (await PodsAsync())[1].Metadata.Uid;

        await _cluster.Client.DeleteAsync<V1Pod>("default", "db-1", null, _cluster.Stop);

        await _cluster.UntilAsync<V1Pod>("db-1", pod => pod is { Status.Phase: "Running" } && pod.Metadata.Uid != uid);
    }

    private Task<V1StatefulSet> CreateAsync(Action<V1StatefulSet> change)
    {
        var labels = new Dictionary<string, string> { ["app"] = "db" };
        var set = new V1StatefulSet
        {
            ApiVersion = "apps/v1",
            Kind = "StatefulSet",
            Metadata = new V1ObjectMeta { Name = "db", NamespaceProperty = "default" },
            Spec = new V1StatefulSetSpec
            {
                Replicas = 3,
                ServiceName = "db",
                Selector = new V1LabelSelector { MatchLabels = labels },
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta { Labels = labels },
                    Spec = new V1PodSpec { TerminationGracePeriodSeconds = 1, Containers = [new V1Container { Name = "main", Image = "busybox:1.36", Command = ["tool", "serve", "1"] }] },
                },
            },
        };
        change(set);
        return _cluster.Client.CreateAsync(set, _cluster.Stop);
    }

    private async Task ChangeAsync(Action<V1StatefulSet> change)
    {
        var set = await _cluster.Client.GetAsync<V1StatefulSet>("default", "db", _cluster.Stop);
        set.Metadata.ResourceVersion = null;
        change(set);
        await _cluster.Client.UpdateAsync(set, _cluster.Stop);
    }

    private async Task<V1StatefulSet> ReadyAsync(int count) => (await _cluster.UntilAsync<V1StatefulSet>("db", set => set?.Status?.ReadyReplicas == count && set.Status.UpdatedReplicas == count))!;

    private async Task<List<V1Pod>> PodsAsync() => [.. (await _cluster.Client.ListAsync<V1Pod>("default", _cluster.Stop)).Items.OrderBy(pod => pod.Metadata.Name, StringComparer.Ordinal)];
}
