using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Controllers;
using Scalelab.Cluster.Controllers.Jobs;
using Scalelab.Cluster.Tests.Node;

namespace Scalelab.Cluster.Tests.Controllers.Jobs;

/// <summary>A job whose controller has counted a pod and has not heard of its own count yet.</summary>
public sealed class CountedPodTests : IAsyncLifetime
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly TemporaryFolder _folder = new();
    private readonly TestDeadline _deadline = new();
    private readonly CancellationTokenSource _news = new();
    private readonly List<Task> _running = [];
    private ClusterServer _server = null!;
    private IApiClient _client = null!;
    private Informer<V1Job> _jobs = null!;
    private EventRecorder _events = null!;
    private JobController _controller = null!;
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
        _jobs = new Informer<V1Job>(_client, TimeProvider.System, NullLogger.Instance);
        var pods = new Informer<V1Pod>(_client, TimeProvider.System, NullLogger.Instance);
        _events = new EventRecorder(_client, TimeProvider.System, NullLogger.Instance);
        _controller = new JobController(_client, _jobs, pods, _events, TimeProvider.System, NullLogger.Instance);
        _hearing = _jobs.RunAsync(_news.Token);
        _running.AddRange([pods.RunAsync(Stop), _controller.RunAsync(workers: 2, Stop)]);
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
    public async Task Pod_ThatIsCounted_IsNotMadeAgain()
    {
        await _client.CreateAsync(Job(), Stop);
        await UntilAsync(async () => await PodsAsync() is { Count: 1 });
        await UntilAsync(async () => (await JobAsync()) is { Status.Active: 1 } job && _jobs.Find(ObjectKey.Of(job))?.Metadata.ResourceVersion == job.Metadata.ResourceVersion);
        await _news.CancelAsync();
        await _hearing;

        var pod = Assert.Single(await PodsAsync());
        await _client.UpdateStatusAsync(pod with { Status = new V1PodStatus { Phase = "Succeeded" } }, Stop);
        await UntilAsync(async () => (await JobAsync()).Status.CompletedIndexes == "0");
        await Task.Delay(LongEnough, TimeProvider.System, Stop);

        Assert.Equal(pod.Metadata.Uid, Assert.Single(await PodsAsync()).Metadata.Uid);
    }

    private async Task<IReadOnlyList<V1Pod>> PodsAsync() => (await _client.ListAsync<V1Pod>("default", Stop)).Items;

    private Task<V1Job> JobAsync() => _client.GetAsync<V1Job>("default", "j", Stop);

    private async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(Pause, TimeProvider.System, Stop);
        }
    }

    private static V1Job Job() => new()
    {
        ApiVersion = "batch/v1",
        Kind = "Job",
        Metadata = new V1ObjectMeta { Name = "j", NamespaceProperty = "default" },
        Spec = new V1JobSpec
        {
            Completions = 1,
            Parallelism = 1,
            CompletionMode = "Indexed",
            Template = new V1PodTemplateSpec { Spec = new V1PodSpec { RestartPolicy = "Never", Containers = [new V1Container { Name = "main", Image = "busybox:1.35" }] } },
        },
    };
}
