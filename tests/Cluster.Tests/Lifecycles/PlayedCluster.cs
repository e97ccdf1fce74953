using System.Net.Http.Headers;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Controllers;
using Scalelab.Cluster.Controllers.NodeLifecycle;
using Scalelab.Cluster.Node;
using Scalelab.Cluster.Node.Pods;
using Scalelab.Cluster.Node.Probes;
using Scalelab.Cluster.Tests.Node;

namespace Scalelab.Cluster.Tests.Lifecycles;

/// <summary>
/// A cluster with one node. API, controllers, scheduler and node are the real ones; the processes and the clock are played, and what the
/// containers run is a command that <see cref="PlayedShell"/> knows.
/// </summary>
internal sealed class PlayedCluster : IAsyncDisposable
{
    public const string NodeName = "node1";

    private const int QuietPolls = 4;

    // After something new much more has to happen, some of it for the first time in this process.
    private const int QuietPollsAfterAction = 25;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(2);
    private readonly TemporaryFolder _folder = new();
    private readonly TestDeadline _deadline = new();
    private readonly List<Task> _running = [];
    private ClusterServer _server = null!;
    private NodeAgent? _node;
    private EventRecorder? _events;

    private PlayedCluster()
    {
    }

    public SteppedTime Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, 901, TimeSpan.Zero));

    public CancellationToken Stop => _deadline.Token;

    public IApiClient Client => _server.Client!;

    /// <summary>The API as its administrator.</summary>
    public HttpClient Http { get; private set; } = null!;

    public static async Task<PlayedCluster> StartAsync(ILoggerFactory? loggers = null)
    {
        loggers ??= NullLoggerFactory.Instance;
        var cluster = new PlayedCluster();
        var options = new ClusterOptions
        {
            DataFolder = Path.Combine(cluster._folder.Path, "cluster"),
            NodesFolder = Path.Combine(cluster._folder.Path, "nodes"),
            KubeconfigPath = Path.Combine(cluster._folder.Path, "kubeconfig"),
            ApiPort = 0,
            Nodes = 0,
            SyncWrites = false,

            // Time goes by in leaps here, faster than a node can report that it lives.
            NodeLifecycle = new NodeLifecycleOptions { NodeMonitorGracePeriod = TimeSpan.FromDays(1) },
        };
        cluster._server = new ClusterServer(options, cluster.Time, loggers);
        await cluster._server.StartAsync(cluster.Stop);
        var configuration = await KubernetesClientConfiguration.BuildConfigFromConfigFileAsync(new FileInfo(options.KubeconfigPath));
        cluster.Http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=kube-apiserver" }, UseProxy = false }) { BaseAddress = cluster._server.ApiAddress };
        cluster.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", configuration.AccessToken);
        await cluster.StartNodeAsync(options, loggers.CreateLogger("node"));
        return cluster;
    }

    /// <summary>Waits until everything that is due by now seems to be done: nothing has been written for a while.</summary>
    /// <param name="afterAction">True after something that time alone would not have brought.</param>
    public async Task SettleAsync(bool afterAction = false)
    {
        var (seen, quiet) = ("", 0);
        while (quiet < (afterAction ? QuietPollsAfterAction : QuietPolls))
        {
            var revision = (await Client.ListAsync<V1Namespace>(null, Stop)).ResourceVersion;
            quiet = revision == seen ? quiet + 1 : 0;
            seen = revision;
            await Task.Delay(Poll, TimeProvider.System, Stop);
        }
    }

    /// <summary>Lets time pass until an object of the namespace <c>default</c> is as it should be.</summary>
    /// <param name="condition">Given null while there is no such object.</param>
    public async Task<T?> UntilAsync<T>(string name, Func<T?, bool> condition)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        while (true)
        {
            var present = (await Client.ListAsync<T>("default", Stop)).Items.FirstOrDefault(item => item.Metadata.Name == name);
            if (condition(present))
            {
                return present;
            }

            Time.Step();
            await SettleAsync();
        }
    }

    /// <summary>Lets time pass until the messages of the events about an object contain one.</summary>
    public async Task UntilEventAsync(string reason, string message)
    {
        while (!(await Client.ListAsync<Corev1Event>("default", Stop)).Items.Any(one => one.Reason == reason && one.Message == message))
        {
            Time.Step();
            await SettleAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            var stopped = _node.DisposeAsync().AsTask();
            while (!stopped.IsCompleted)
            {
                Time.Step();
                await Task.WhenAny(stopped, Task.Delay(Poll, TimeProvider.System));
            }

            await _events!.DisposeAsync();
        }

        _deadline.Dispose();
        Http?.Dispose();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartNodeAsync(ClusterOptions options, ILogger logger)
    {
        var client = Client.As("kubelet");
        var runtime = new PlayedRuntime(Time);
        _events = new EventRecorder(client, Time, logger);
        var context = new NodeContext
        {
            NodeName = NodeName,
            HostIP = "127.0.0.1",
            Allocatable = NodeAgent.Capacity(options),
            PodsFolder = Path.Combine(_folder.Path, "pods"),
            Client = client,
            Images = new PlayedImages(_folder.Path),
            Runtime = runtime,
            Prober = new PlayedProber(runtime),
            CallHook = (_, _, _) => Task.CompletedTask,
            Events = _events,
            Addresses = new PodAddresses("127.251", 0),
            Services = _ => [],
            WaitUntilDrained = (_, _) => Task.CompletedTask,
            User = new V1ContainerUser { Linux = new V1LinuxContainerUser { Uid = 0, Gid = 0, SupplementalGroups = [0] } },
            Time = Time,
            Logger = logger,
        };
        _node = new NodeAgent(context, 0, options);
        await _node.StartAsync(Stop);
        var pods = new Informer<V1Pod>(client, Time, logger);
        pods.Changed += _node.OnPod;
        _running.Add(pods.RunAsync(Stop));
        await pods.Synced;
        while (await client.GetAsync<V1Node>(null, NodeName, Stop) is { Spec.Taints.Count: > 0 })
        {
            // Nothing is placed on a node before it is known to be ready.
            await Task.Delay(Poll, TimeProvider.System, Stop);
        }
    }

    /// <summary>Runs commands in the played container; whatever serves there answers other questions well.</summary>
    private sealed class PlayedProber(PlayedRuntime runtime) : IProber
    {
        public async Task<ProbeAnswer> AskAsync(V1Probe probe, ProbeTarget target, CancellationToken cancellationToken)
        {
            var succeeds = probe.Exec is null || (await runtime.ExecAsync(target.Launch, [.. probe.Exec.Command], cancellationToken)).ExitCode == 0;
            return new ProbeAnswer(succeeds ? ProbeOutcome.Success : ProbeOutcome.Failure, "");
        }
    }
}
