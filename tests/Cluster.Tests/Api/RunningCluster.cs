using System.Net.Http.Headers;
using System.Net.Security;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Scalelab.Cluster.Tests.Node;

namespace Scalelab.Cluster.Tests.Api;

/// <summary>A cluster, by default without nodes, on a free port, in memory-like speed (writes unsynced), with the official client and a plain one.</summary>
public sealed class RunningCluster : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ClusterServer? _server;

    /// <summary>How many nodes it has.</summary>
    public int Nodes { get; init; }

    public IKubernetes Client { get; private set; } = null!;

    /// <summary>HTTP with the administrator's token.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>HTTP without any credentials.</summary>
    public HttpClient Anonymous { get; private set; } = null!;

    public Uri Address => _server!.ApiAddress!;

    public string KubeconfigPath => Path.Combine(_folder.Path, "kubeconfig");

    public async ValueTask InitializeAsync()
    {
        var options = new ClusterOptions
        {
            DataFolder = Path.Combine(_folder.Path, "cluster"),
            NodesFolder = Path.Combine(_folder.Path, "nodes"),
            KubeconfigPath = KubeconfigPath,
            ApiPort = 0,
            Nodes = Nodes,
            SyncWrites = false,
            ServiceClusterIPRange = "10.96.0.0/16",
            MetricResolution = TimeSpan.FromMilliseconds(200),
        };
        _server = new ClusterServer(options, TimeProvider.System, NullLoggerFactory.Instance);
        await _server.StartAsync(CancellationToken.None);
        var configuration = await KubernetesClientConfiguration.BuildConfigFromConfigFileAsync(new FileInfo(KubeconfigPath));
        Client = new Kubernetes(configuration);
        Http = Plain();
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", configuration.AccessToken);
        Anonymous = Plain();
        await NodesAreMeasuredAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        Http?.Dispose();
        Anonymous?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>Waits until there are metrics of every node: they are missing until it was measured twice.</summary>
    private async Task NodesAreMeasuredAsync()
    {
        using var deadline = new TestDeadline();
        while ((await Client.GetKubernetesNodesMetricsAsync()).Items.Count() < Nodes)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, deadline.Token);
        }
    }

    private HttpClient Plain() => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=kube-apiserver" },
        UseProxy = false,
    })
    {
        BaseAddress = Address,
    };
}
