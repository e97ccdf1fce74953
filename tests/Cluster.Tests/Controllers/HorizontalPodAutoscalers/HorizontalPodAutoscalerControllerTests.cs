using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Controllers;
using Scalelab.Cluster.Controllers.HorizontalPodAutoscalers;
using Scalelab.Cluster.Metrics;

namespace Scalelab.Cluster.Tests.Controllers.HorizontalPodAutoscalers;

/// <summary>The controller over a real API and store, with a clock and metrics that the test sets.</summary>
public sealed class HorizontalPodAutoscalerControllerTests : IAsyncLifetime, IAsyncDisposable
{
    private const string Space = "default";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly CancellationTokenSource _stop = new();
    private readonly FakeUsage _usage = new();
    private readonly List<Task> _running = [];
    private ClusterServer _server = null!;
    private IApiClient _client = null!;
    private EventRecorder _events = null!;
    private HorizontalPodAutoscalerController _controller = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

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
        await _server.StartAsync(CancellationToken.None);
        _client = _server.Client!.As("kube-controller-manager");
        var autoscalers = new Informer<V2HorizontalPodAutoscaler>(_client, TimeProvider.System, NullLogger.Instance);
        var pods = new Informer<V1Pod>(_client, TimeProvider.System, NullLogger.Instance);
        _events = new EventRecorder(_client, _time, NullLogger.Instance);
        _controller = new HorizontalPodAutoscalerController(_client, autoscalers, pods, _usage, _events, new AutoscalerOptions(), _time, NullLogger.Instance);
        _running.AddRange([autoscalers.RunAsync(_stop.Token), pods.RunAsync(_stop.Token), _controller.RunAsync(2, _stop.Token)]);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _controller.Dispose();
        await _events.DisposeAsync();
        await _server.DisposeAsync();
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Sync_OfAnAutoscaler_ComesAPeriodAfterItsCreationAndNotBefore()
    {
        await CreateAsync("web", "missing");
        var created = _time.GetUtcNow();

        await StatusAsync("web", status => status.Conditions is { Count: > 0 });

        Assert.InRange(_time.GetUtcNow() - created, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Sync_WithoutATarget_SaysWhatIsMissing()
    {
        await CreateAsync("web", "missing");

        var status = await StatusAsync("web", status => status.Conditions is { Count: > 0 });

        var condition = Assert.Single(status.Conditions);
        Assert.Equal(("AbleToScale", "False", "FailedGetScale"), (condition.Type, condition.Status, condition.Reason));
        Assert.Equal("the HPA controller was unable to get the target's current scale: deployments.apps \"missing\" not found", condition.Message);
        await EventAsync("Warning", "FailedGetScale", "deployments.apps \"missing\" not found");
    }

    [Fact]
    public async Task Sync_OfAKindThatIsNotServed_SaysSo()
    {
        await CreateAsync("web", "web", "example.com/v1", "Thing");

        await EventAsync("Warning", "FailedGetScale", "no matches for kind \"Thing\" in group \"example.com\"");
    }

    [Fact]
    public async Task Sync_UnderLoad_AsksForMoreReplicasAndReportsIt()
    {
        var deployment = await DeployAsync("web");
        _usage.Set(await RunPodAsync("web-1"), milliCores: 200);
        await CreateAsync("web", "web");

        var status = await StatusAsync("web", status => status.LastScaleTime is not null);

        Assert.Equal((1, 4), (status.CurrentReplicas, status.DesiredReplicas));
        Assert.Equal(["SucceededRescale", "ValidMetricFound", "DesiredWithinRange"], status.Conditions.Select(condition => condition.Reason));
        var scaled = await _client.GetAsync<V1Deployment>(Space, "web", Stop);
        Assert.Equal(4, scaled.Spec.Replicas);
        Assert.Contains(scaled.Metadata.ManagedFields, entry => entry is { Manager: "kube-controller-manager", Subresource: "scale" });
        Assert.Equal(deployment.Metadata.Generation + 1, scaled.Metadata.Generation);
        await EventAsync("Normal", "SuccessfulRescale", "New size: 4; reason: cpu resource utilization (percentage of request) above target");

        var v1 = await _client.GetAsync<V1HorizontalPodAutoscaler>(Space, "web", Stop);
        Assert.Equal((4, 200), (v1.Status.DesiredReplicas, v1.Status.CurrentCPUUtilizationPercentage));
    }

    [Fact]
    public async Task Sync_OfTwoAutoscalersOnOneTarget_DoesNothingForEither()
    {
        await DeployAsync("web");
        _usage.Set(await RunPodAsync("web-1"), milliCores: 200);
        await CreateAsync("one", "web", minReplicas: 2);
        await CreateAsync("two", "web");

        var status = await StatusAsync("two", status => status.Conditions?.Any(condition => condition.Reason == "AmbiguousSelector") == true);

        Assert.Contains("pods by selector app=web are controlled by multiple HPAs: [default/one default/two]", status.Conditions[1].Message, StringComparison.Ordinal);
        await StatusAsync("one", other => other.Conditions?.Any(condition => condition.Reason == "AmbiguousSelector") == true);
    }

    [Fact]
    public async Task Sync_WithNothingNew_WritesNothing()
    {
        await DeployAsync("web");
        _usage.Set(await RunPodAsync("web-1"), milliCores: 50);
        await CreateAsync("web", "web");
        await StatusAsync("web", status => status.Conditions is { Count: 3 });
        var before = await _client.GetAsync<V2HorizontalPodAutoscaler>(Space, "web", Stop);

        _usage.Reads = 0;
        await EventuallyAsync(() => Task.FromResult(_usage.Reads >= 3));

        var after = await _client.GetAsync<V2HorizontalPodAutoscaler>(Space, "web", Stop);
        Assert.Equal(before.Metadata.ResourceVersion, after.Metadata.ResourceVersion);
    }

    private async Task<V1Deployment> DeployAsync(string name) => await _client.CreateAsync(
        new V1Deployment
        {
            ApiVersion = "apps/v1",
            Kind = "Deployment",
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = Space },
            Spec = new V1DeploymentSpec
            {
                Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = name } },
                Template = new V1PodTemplateSpec { Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["app"] = name } }, Spec = PodSpec() },
            },
        },
        Stop);

    private async Task<V1Pod> RunPodAsync(string name)
    {
        var pod = await _client.CreateAsync(
            new V1Pod
            {
                ApiVersion = "v1",
                Kind = "Pod",
                Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = Space, Labels = new Dictionary<string, string> { ["app"] = "web" } },
                Spec = PodSpec(),
            },
            Stop);
        var since = _time.GetUtcNow().AddHours(-1).UtcDateTime;
        return await _client.UpdateStatusAsync(
            pod with
            {
                Status = new V1PodStatus
                {
                    Phase = "Running",
                    StartTime = since,
                    Conditions = [new V1PodCondition { Type = "Ready", Status = "True", LastTransitionTime = since.AddSeconds(1) }],
                },
            },
            Stop);
    }

    private static V1PodSpec PodSpec() => new()
    {
        AutomountServiceAccountToken = false,
        Containers =
        [
            new V1Container
            {
                Name = "main",
                Image = "image",
                Resources = new V1ResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("100m") } },
            },
        ],
    };

    private Task<V2HorizontalPodAutoscaler> CreateAsync(string name, string target, string apiVersion = "apps/v1", string kind = "Deployment", int minReplicas = 1) => _client.CreateAsync(
        new V2HorizontalPodAutoscaler
        {
            ApiVersion = "autoscaling/v2",
            Kind = "HorizontalPodAutoscaler",
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = Space },
            Spec = new V2HorizontalPodAutoscalerSpec
            {
                MinReplicas = minReplicas,
                MaxReplicas = 5,
                ScaleTargetRef = new V2CrossVersionObjectReference { ApiVersion = apiVersion, Kind = kind, Name = target },
                Metrics = [new V2MetricSpec { Type = "Resource", Resource = new V2ResourceMetricSource { Name = "cpu", Target = new V2MetricTarget { Type = "Utilization", AverageUtilization = 50 } } }],
            },
        },
        Stop);

    private async Task<V2HorizontalPodAutoscalerStatus> StatusAsync(string name, Func<V2HorizontalPodAutoscalerStatus, bool> wanted)
    {
        V2HorizontalPodAutoscalerStatus? status = null;
        await EventuallyAsync(async () => (status = (await _client.GetAsync<V2HorizontalPodAutoscaler>(Space, name, Stop)).Status) is not null && wanted(status));
        return status!;
    }

    private Task EventAsync(string type, string reason, string message) => EventuallyAsync(async () =>
        (await _client.ListAsync<Corev1Event>(Space, Stop)).Items.Any(one =>
            one.Type == type && one.Reason == reason && one.Message == message && one is { InvolvedObject: { Kind: "HorizontalPodAutoscaler", ApiVersion: "autoscaling/v2" }, Source.Component: "horizontal-pod-autoscaler" }));

    /// <summary>Looks again and again, and lets a second of the controller's time pass each time.</summary>
    private async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < Patience, "Waited in vain.");
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Stop);
        }
    }

    private sealed class FakeUsage : IPodUsageSource
    {
        private volatile IReadOnlyList<PodUsage> _pods = [];
        private int _reads;

        public int Reads
        {
            get => Volatile.Read(ref _reads);
            set => Volatile.Write(ref _reads, value);
        }

        public void Set(V1Pod pod, int milliCores) => _pods =
        [
            new PodUsage(
                pod.Metadata.NamespaceProperty,
                pod.Metadata.Name,
                pod.Metadata.Uid,
                "node-0",
                DateTimeOffset.MaxValue,
                TimeSpan.FromSeconds(15),
                [new ContainerUsage("main", milliCores * 1_000_000L, 1024)]),
        ];

        public IEnumerable<PodUsage> InNamespace(string namespaceName)
        {
            Interlocked.Increment(ref _reads);
            return _pods.Where(pod => pod.Namespace == namespaceName);
        }
    }
}
