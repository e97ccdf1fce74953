using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Tests.Lifecycles;
using Scalelab.Cluster.Tests.Node;

namespace Scalelab.Cluster.Tests.Controllers.NodeLifecycle;

/// <summary>A node that falls silent, in a cluster whose clock the test moves.</summary>
public sealed class LostNodeTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestDeadline _deadline = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private ClusterServer _server = null!;
    private ScriptedNode _node = null!;

    private CancellationToken Stop => _deadline.Token;

    private IApiClient Client => _server.Client!;

    public async ValueTask InitializeAsync()
    {
        _server = new ClusterServer(
            new ClusterOptions
            {
                DataFolder = _folder.Path + "/data",
                KubeconfigPath = _folder.Path + "/kubeconfig",
                NodesFolder = _folder.Path + "/nodes",
                ApiPort = 0,
                Nodes = 0,
                SyncWrites = false,
            },
            _time,
            NullLoggerFactory.Instance);
        await _server.StartAsync(Stop);
        _node = new ScriptedNode(Client.As("kubelet"), _time);
        await _node.StartAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        _deadline.Dispose();
        await _node.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Node_ThatIsReady_LosesTheTaintItCameWith()
    {
        var node = await UntilAsync<V1Node>(null, ScriptedNode.Name, node => node.Spec.Taints is null or { Count: 0 });

        Assert.Equal("0", node.Metadata.Annotations["node.alpha.kubernetes.io/ttl"]);
    }

    [Fact]
    public async Task Node_ThatFallsSilent_IsUnknownTaintedAndLosesItsPodsAfterTheirPatience()
    {
        var pod = await StartPodAsync();
        await _node.DisposeAsync();

        await AdvanceUntilAsync<V1Node>(null, ScriptedNode.Name, node => node.Status.Conditions.Any(condition => condition is { Type: "Ready", Status: "Unknown", Reason: "NodeStatusUnknown" }), TimeSpan.FromSeconds(55));
        var node = await UntilAsync<V1Node>(null, ScriptedNode.Name, node => node.Spec.Taints is { Count: 2 });
        Assert.Equal(["NoSchedule", "NoExecute"], node.Spec.Taints.Where(taint => taint.Key == "node.kubernetes.io/unreachable").Select(taint => taint.Effect));
        await UntilAsync<V1Pod>("default", pod, found => found.Status.Conditions.Any(condition => condition is { Type: "Ready", Status: "False" }));

        await AdvanceUntilAsync<V1Pod>("default", pod, found => found.Metadata.DeletionTimestamp is not null, TimeSpan.FromSeconds(310));

        var deleted = await Client.GetAsync<V1Pod>("default", pod, Stop);
        Assert.Contains(deleted.Status.Conditions, condition => condition is { Type: "DisruptionTarget", Reason: "DeletionByTaintManager" });
    }

    private async Task<string> StartPodAsync()
    {
        var seconds = (long)300;
        await Client.CreateAsync(
            new V1Pod
            {
                ApiVersion = "v1",
                Kind = "Pod",
                Metadata = new V1ObjectMeta { Name = "lonely", NamespaceProperty = "default" },
                Spec = new V1PodSpec
                {
                    Containers = [new V1Container { Name = "main", Image = "busybox:1.35" }],
                    Tolerations = [new V1Toleration { Key = "node.kubernetes.io/unreachable", OperatorProperty = "Exists", Effect = "NoExecute", TolerationSeconds = seconds }],
                },
            },
            Stop);
        await UntilAsync<V1Pod>("default", "lonely", pod => pod.Status?.Phase == "Running");
        _node.MakeReady("default", "lonely");
        await UntilAsync<V1Pod>("default", "lonely", pod => pod.Status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" }));
        return "lonely";
    }

    private async Task AdvanceUntilAsync<T>(string? namespaceName, string name, Func<T, bool> condition, TimeSpan most)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        var end = _time.GetUtcNow() + most;
        while (!condition(await Client.GetAsync<T>(namespaceName, name, Stop)))
        {
            if (_time.GetUtcNow() < end)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop);
        }
    }

    private async Task<T> UntilAsync<T>(string? namespaceName, string name, Func<T, bool> condition)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        while (true)
        {
            try
            {
                var found = await Client.GetAsync<T>(namespaceName, name, Stop);
                if (condition(found))
                {
                    return found;
                }
            }
            catch (ApiException exception) when (exception.Code == 404)
            {
                // Not there yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop);
        }
    }
}
