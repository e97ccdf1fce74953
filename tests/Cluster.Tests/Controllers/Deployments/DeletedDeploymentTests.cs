using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Controllers;
using Scalelab.Cluster.Controllers.Deployments;
using Scalelab.Cluster.Tests.Node;

namespace Scalelab.Cluster.Tests.Controllers.Deployments;

/// <summary>A Deployment that is gone while the controller has not heard of it yet.</summary>
public sealed class DeletedDeploymentTests : IAsyncLifetime
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly TemporaryFolder _folder = new();
    private readonly TestDeadline _deadline = new();
    private readonly CancellationTokenSource _news = new();
    private readonly List<Task> _running = [];
    private ClusterServer _server = null!;
    private IApiClient _client = null!;
    private EventRecorder _events = null!;
    private DeploymentController _controller = null!;
    private Task _hearing = Task.CompletedTask;

    private CancellationToken Stop => _deadline.Token;

    public async ValueTask InitializeAsync()
    {
        var options = new ClusterOptions
        {
            DataFolder = Path.Combine(_folder.Path, "cluster"),
            NodesFolder = Path.Combine(_folder.Path, "nodes"),
            KubeconfigPath = Path.Combine(_folder.Path, "kubeconfig"),
            ApiPort = 0,
            RunControllers = false,
            SyncWrites = false,
        };
        _server = new ClusterServer(options, TimeProvider.System, NullLoggerFactory.Instance);
        await _server.StartAsync(Stop);
        _client = _server.Client!.As("kube-controller-manager");
        var deployments = new Informer<V1Deployment>(_client, TimeProvider.System, NullLogger.Instance);
        var sets = new Informer<V1ReplicaSet>(_client, TimeProvider.System, NullLogger.Instance);
        var pods = new Informer<V1Pod>(_client, TimeProvider.System, NullLogger.Instance);
        _events = new EventRecorder(_client, TimeProvider.System, NullLogger.Instance);
        _controller = new DeploymentController(_client, deployments, sets, pods, _events, TimeProvider.System, NullLogger.Instance);
        _hearing = deployments.RunAsync(_news.Token);
        _running.AddRange([sets.RunAsync(Stop), pods.RunAsync(Stop), _controller.RunAsync(workers: 2, Stop)]);
    }

    public async ValueTask DisposeAsync()
    {
        _deadline.Dispose();
        await _news.CancelAsync();
        await Task.WhenAll([_hearing, .. _running]);
        _controller.Dispose();
        _news.Dispose();
        await _events.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task ReplicaSet_OfADeletedDeployment_IsNotReplaced()
    {
        await _client.CreateAsync(Deployment(), Stop);
        var first = Assert.Single(await UntilAsync(sets => sets.Count == 1));
        await _news.CancelAsync();
        await _hearing;

        await _client.DeleteAsync<V1Deployment>("default", "web", new V1DeleteOptions { PropagationPolicy = "Background" }, Stop);
        await UntilAsync(sets => !sets.Any(set => set.Metadata.Uid == first.Metadata.Uid));
        await Task.Delay(LongEnough, TimeProvider.System, Stop);

        var created = (await _client.ListAsync<Corev1Event>("default", Stop)).Items.Where(one => one.Reason == "ScalingReplicaSet").Sum(one => one.Count ?? 1);
        Assert.Equal(1, created);
        Assert.Empty((await _client.ListAsync<V1ReplicaSet>("default", Stop)).Items);
    }

    private async Task<IReadOnlyList<V1ReplicaSet>> UntilAsync(Predicate<IReadOnlyList<V1ReplicaSet>> condition)
    {
        while (true)
        {
            var sets = (await _client.ListAsync<V1ReplicaSet>("default", Stop)).Items;
            if (condition(sets))
            {
                return sets;
            }

            await Task.Delay(Pause, TimeProvider.System, Stop);
        }
    }

    private static V1Deployment Deployment() => new()
    {
        ApiVersion = "apps/v1",
        Kind = "Deployment",
        Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "default" },
        Spec = new V1DeploymentSpec
        {
            Replicas = 1,
            Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } },
            Template = new V1PodTemplateSpec
            {
                Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["app"] = "web" } },
                Spec = new V1PodSpec { Containers = [new V1Container { Name = "main", Image = "busybox:1.35" }] },
            },
        },
    };
}
