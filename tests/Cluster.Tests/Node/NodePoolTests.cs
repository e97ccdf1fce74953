using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using k8s.Models;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Tests.Node.Images;
using static Scalelab.Cluster.Tests.Node.Images.TestImage;

namespace Scalelab.Cluster.Tests.Node;

/// <summary>A whole cluster with real processes: what a user sees who asks the API.</summary>
public sealed class NodePoolTests(ITestOutputHelper output) : IAsyncLifetime
{
    private NodeCluster _cluster = null!;

    private CancellationToken Stop => _cluster.Stop;

    private IApiClient Client => _cluster.Client;

    public async ValueTask InitializeAsync()
    {
        _cluster = await NodeCluster.StartAsync(output);
        new TestImage { RunConfig = new { Entrypoint = new[] { "/app/run" }, WorkingDir = "/app" } }
            .Layer(File("app/run", "#!/bin/sh\necho started $POD_NAME\ntrap 'echo stopping; exit 0' TERM\nwhile :; do sleep 0.05; done\n", (UnixFileMode)0b111_101_101))
            .PushTo(_cluster.Registry, "lab/app", "1");
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Deployment_OfFive_IsReadyOnThreeNodes()
    {
        await Client.CreateAsync(Deployment(5), Stop);

        var deployment = await UntilAsync<V1Deployment>("web", one => one.Status?.AvailableReplicas == 5);
        var pods = (await Client.ListAsync<V1Pod>("default", Stop)).Items;

        Assert.Equal([1, 2, 2], pods.GroupBy(pod => pod.Spec.NodeName).Select(group => group.Count()).Order());
        Assert.Equal("NewReplicaSetAvailable", deployment.Status.Conditions.Single(condition => condition.Type == "Progressing").Reason);
        Assert.Equal("1", deployment.Metadata.Annotations["deployment.kubernetes.io/revision"]);
        Assert.Equal(5, pods.Select(pod => pod.Status.PodIP).Distinct().Count());
    }

    [Fact]
    public async Task Pod_ThatRuns_HasKubeletsStatusAndEvents()
    {
        await Client.CreateAsync(Pod("p"), Stop);

        var pod = await UntilAsync<V1Pod>("p", one => one.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true);

        Assert.Equal("Running", pod.Status.Phase);
        Assert.Equal(["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"], pod.Status.Conditions.Select(condition => condition.Type));
        Assert.All(pod.Status.Conditions, condition => Assert.Equal("True", condition.Status));
        var status = Assert.Single(pod.Status.ContainerStatuses);
        Assert.True(status is { Ready: true, Started: true, RestartCount: 0 });
        Assert.StartsWith("scalelab://", status.ContainerID, StringComparison.Ordinal);
        Assert.StartsWith($"{_cluster.Registry.Host}/lab/app@sha256:", status.ImageID, StringComparison.Ordinal);
        await UntilEventAsync("Started");
        Assert.Equal(["Scheduled", "Pulling", "Pulled", "Created", "Started"], await ReasonsAsync("p"));
    }

    [Fact]
    public async Task Pod_Log_IsWhatItPrinted()
    {
        await Client.CreateAsync(Pod("p"), Stop);
        var pod = await UntilAsync<V1Pod>("p", one => one.Status?.Phase == "Running");

        Assert.Equal("started p\n", await LogAsync(pod));
    }

    [Fact]
    public async Task DeletedPod_IsAskedToStopAndThenGone()
    {
        await Client.CreateAsync(Pod("p"), Stop);
        await UntilAsync<V1Pod>("p", one => one.Status?.Phase == "Running");
        var watch = WatchAsync("p");

        await Client.DeleteAsync<V1Pod>("default", "p", null, Stop);

        var seen = await watch;
        Assert.Equal("Succeeded", seen[^2].Status.Phase);
        Assert.Equal(0, seen[^2].Status.ContainerStatuses[0].State.Terminated.ExitCode);
        Assert.Equal(0, seen[^1].Metadata.DeletionGracePeriodSeconds);
        await UntilEventAsync("Killing");
    }

    [Fact]
    public async Task KilledProcess_ComesBack()
    {
        await Client.CreateAsync(Pod("p"), Stop);
        var pod = await UntilAsync<V1Pod>("p", one => one.Status?.Phase == "Running");

        KillProcessOf(pod);

        var again = await UntilAsync<V1Pod>("p", one => one.Status?.ContainerStatuses?[0] is { RestartCount: 1, Ready: true });
        Assert.Equal(137, again.Status.ContainerStatuses[0].LastState.Terminated.ExitCode);
        Assert.Equal("Error", again.Status.ContainerStatuses[0].LastState.Terminated.Reason);
    }

    [Fact]
    public async Task Service_BalancesConnectionsInTurnOverReadyPods()
    {
        await Client.CreateAsync(Deployment(3), Stop);
        var service = await Client.CreateAsync(
            new V1Service
            {
                ApiVersion = "v1",
                Kind = "Service",
                Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "default" },
                Spec = new V1ServiceSpec
                {
                    Selector = new Dictionary<string, string> { ["app"] = "web" },
                    Ports = [new V1ServicePort { Port = 80, TargetPort = 8080 }],
                },
            },
            Stop);
        await UntilAsync<V1Deployment>("web", one => one.Status?.AvailableReplicas == 3);
        var pods = (await Client.ListAsync<V1Pod>("default", Stop)).Items;
        using var servers = new PodServers(pods.Select(pod => pod.Status.PodIP), Stop);
        await UntilSliceAsync(3);

        var answers = new List<string>();
        for (var call = 0; call < 9; call++)
        {
            answers.Add(await AskAsync(IPEndPoint.Parse(service.Spec.ClusterIP + ":80")));
        }

        Assert.All(pods, pod => Assert.Equal(3, answers.Count(answer => answer == pod.Status.PodIP)));
    }

    [Fact]
    public async Task RestartedNode_StartsItsPodsAgain()
    {
        await Client.CreateAsync(Pod("p"), Stop);
        var before = await UntilAsync<V1Pod>("p", one => one.Status?.Phase == "Running");
        await _cluster.StopServerAsync();
        Assert.Empty(_cluster.Processes());

        await _cluster.StartServerAsync();

        var after = await UntilAsync<V1Pod>("p", one => one.Status?.ContainerStatuses?[0] is { RestartCount: 1, Ready: true });
        Assert.Equal(before.Metadata.Uid, after.Metadata.Uid);
        Assert.Equal("Unknown", after.Status.ContainerStatuses[0].LastState.Terminated.Reason);
    }

    private V1Pod Pod(string name) => new()
    {
        ApiVersion = "v1",
        Kind = "Pod",
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default", Labels = new Dictionary<string, string> { ["app"] = "web" } },
        Spec = Spec(),
    };

    private V1PodSpec Spec() => new()
    {
        TerminationGracePeriodSeconds = 20,
        Containers = [new V1Container { Name = "main", Image = _cluster.Registry.Host + "/lab/app:1" }],
    };

    private V1Deployment Deployment(int replicas) => new()
    {
        ApiVersion = "apps/v1",
        Kind = "Deployment",
        Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "default" },
        Spec = new V1DeploymentSpec
        {
            Replicas = replicas,
            Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } },
            Template = new V1PodTemplateSpec { Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["app"] = "web" } }, Spec = Spec() },
        },
    };

    private Task<T> UntilAsync<T>(string name, Func<T, bool> condition)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta> => _cluster.UntilAsync(name, condition);

    private async Task UntilSliceAsync(int ready)
    {
        while (true)
        {
            var slices = (await Client.ListAsync<V1EndpointSlice>("default", Stop)).Items;
            if (slices.SelectMany(slice => slice.Endpoints ?? []).Count(endpoint => endpoint.Conditions.Ready == true) == ready)
            {
                // The proxy hears of it at the same moment.
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Stop);
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
        }
    }

    private async Task UntilEventAsync(string reason)
    {
        while (!(await Client.ListAsync<Corev1Event>("default", Stop)).Items.Any(one => one.Reason == reason))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
        }
    }

    private async Task<List<string>> ReasonsAsync(string pod) => [.. (await Client.ListAsync<Corev1Event>("default", Stop)).Items
        .Where(one => one.InvolvedObject.Name == pod).OrderBy(one => long.Parse(one.Metadata.ResourceVersion, CultureInfo.InvariantCulture)).Select(one => one.Reason)];

    private async Task<List<V1Pod>> WatchAsync(string name)
    {
        var seen = new List<V1Pod>();
        var list = await Client.ListAsync<V1Pod>("default", Stop);
        await foreach (var change in Client.WatchAsync<V1Pod>("default", list.ResourceVersion, Stop))
        {
            if (change.Resource.Metadata.Name == name)
            {
                seen.Add(change.Resource);
                if (change.Type == k8s.WatchEventType.Deleted)
                {
                    break;
                }
            }
        }

        return seen;
    }

    private async Task<string> LogAsync(V1Pod pod)
    {
        var kubeconfig = k8s.KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.Kubeconfig);
        using var client = new k8s.Kubernetes(kubeconfig);
        while (true)
        {
            using var reader = new StreamReader(await k8s.CoreV1OperationsExtensions.ReadNamespacedPodLogAsync(client.CoreV1, pod.Metadata.Name, "default", cancellationToken: Stop));
            if (await reader.ReadToEndAsync(Stop) is { Length: > 0 } text)
            {
                return text;
            }
        }
    }

    private async Task<string> AskAsync(IPEndPoint address)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address, Stop);
        using var reader = new StreamReader(new NetworkStream(socket));
        return await reader.ReadToEndAsync(Stop);
    }

    private static void KillProcessOf(V1Pod pod)
    {
        foreach (var process in NodeCluster.ProcessesWith($"POD_NAME={pod.Metadata.Name}\0"))
        {
            System.Diagnostics.Process.GetProcessById(process).Kill();
        }
    }

    /// <summary>Listens where pods would, and answers each connection with the address it came to.</summary>
    private sealed class PodServers : IDisposable
    {
        private readonly List<TcpListener> _listeners;

        public PodServers(IEnumerable<string> addresses, CancellationToken stop)
        {
            _listeners = [.. addresses.Select(address => new TcpListener(IPAddress.Parse(address), 8080))];
            foreach (var listener in _listeners)
            {
                listener.Start();
                _ = ServeAsync(listener, stop);
            }
        }

        public void Dispose() => _listeners.ForEach(listener => listener.Dispose());

        private static async Task ServeAsync(TcpListener listener, CancellationToken stop)
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptSocketAsync(stop);
                    await client.SendAsync(Encoding.ASCII.GetBytes(((IPEndPoint)listener.LocalEndpoint).Address.ToString()), stop);
                    client.Shutdown(SocketShutdown.Send);
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The test is over.
            }
        }
    }
}
