using k8s.Models;
using Scalelab.Cluster.Tests.Lifecycles;

namespace Scalelab.Cluster.Tests.Controllers.DaemonSets;

/// <summary>Daemon sets in a cluster with one node that plays, and others that are only declared.</summary>
public sealed class DaemonSetControllerTests : IAsyncLifetime
{
    private PlayedCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await PlayedCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Set_HasOnePodOnEachNodeThatItSelects()
    {
        await AddNodeAsync("other", "disk", "slow");
        await AddNodeAsync("third", "disk", "fast");
        await CreateAsync(set => set.Spec.Template.Spec.NodeSelector = new Dictionary<string, string> { ["disk"] = "fast" });

        var set = await _cluster.UntilAsync<V1DaemonSet>("agent", set => set?.Status?.CurrentNumberScheduled == 1);

        Assert.Equal((1, 0, 0, 1, null), (set!.Status.DesiredNumberScheduled, set.Status.NumberMisscheduled, set.Status.NumberReady, set.Status.NumberUnavailable, set.Status.NumberAvailable));
        Assert.Equal("1", set.Metadata.Annotations["deprecated.daemonset.template.generation"]);
        var pod = Assert.Single((await _cluster.Client.ListAsync<V1Pod>("default", _cluster.Stop)).Items);
        Assert.Equal("third", pod.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms[0].MatchFields[0].Values[0]);
        Assert.Equal("1", pod.Metadata.Labels["pod-template-generation"]);
        Assert.Contains(pod.Spec.Tolerations, toleration => toleration is { Key: "node.kubernetes.io/unschedulable", OperatorProperty: "Exists", Effect: "NoSchedule" });
    }

    [Fact]
    public async Task Set_WithANewTemplate_ReplacesItsPods()
    {
        await CreateAsync(_ => { });
        await _cluster.UntilAsync<V1DaemonSet>("agent", set => set?.Status?.NumberAvailable == 1);
        var set = await _cluster.Client.GetAsync<V1DaemonSet>("default", "agent", _cluster.Stop);
        set.Metadata.ResourceVersion = null;
        set.Spec.Template.Metadata.Annotations = new Dictionary<string, string> { ["version"] = "2" };

        await _cluster.Client.UpdateAsync(set, _cluster.Stop);

        var after = await _cluster.UntilAsync<V1DaemonSet>("agent", set => set!.Status.ObservedGeneration == 2 && set.Status is { UpdatedNumberScheduled: 1, NumberAvailable: 1 });
        Assert.Equal("2", after!.Metadata.Annotations["deprecated.daemonset.template.generation"]);
        var revisions = (await _cluster.Client.ListAsync<V1ControllerRevision>("default", _cluster.Stop)).Items;
        Assert.Equal([1L, 2L], revisions.Select(revision => revision.Revision).Order());
    }

    [Fact]
    public async Task Node_ThatComes_GetsItsPod()
    {
        await CreateAsync(_ => { });
        await _cluster.UntilAsync<V1DaemonSet>("agent", set => set?.Status?.NumberAvailable == 1);

        await AddNodeAsync("late", "disk", "fast");

        await _cluster.UntilAsync<V1DaemonSet>("agent", set => set!.Status.DesiredNumberScheduled == 2 && set.Status.CurrentNumberScheduled == 2);
    }

    private async Task AddNodeAsync(string name, string key, string value) => await _cluster.Client.CreateAsync(
        new V1Node { ApiVersion = "v1", Kind = "Node", Metadata = new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string> { [key] = value } } }, _cluster.Stop);

    private Task<V1DaemonSet> CreateAsync(Action<V1DaemonSet> change)
    {
        var labels = new Dictionary<string, string> { ["app"] = "agent" };
        var set = new V1DaemonSet
        {
            ApiVersion = "apps/v1",
            Kind = "DaemonSet",
            Metadata = new V1ObjectMeta { Name = "agent", NamespaceProperty = "default" },
            Spec = new V1DaemonSetSpec
            {
                Selector = new V1LabelSelector { MatchLabels = labels },
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta { Labels = labels },
                    Spec = new V1PodSpec { TerminationGracePeriodSeconds = 1, Tolerations = [new V1Toleration { OperatorProperty = "Exists" }], Containers = [new V1Container { Name = "main", Image = "busybox:1.36", Command = ["tool", "serve", "1"] }] },
                },
            },
        };
        change(set);
        return _cluster.Client.CreateAsync(set, _cluster.Stop);
    }
}
