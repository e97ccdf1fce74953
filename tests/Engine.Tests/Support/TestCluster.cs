using Microsoft.Extensions.Logging.Abstractions;
using Scalelab.Cluster;

namespace Scalelab.Engine.Tests.Support;

/// <summary>The embedded cluster with its controllers, without nodes: nothing here needs a pod to run.</summary>
public sealed class TestCluster : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private ClusterServer? _server;

    public string Kubeconfig => Path.Combine(_folder.Path, "kubeconfig");

    public async ValueTask InitializeAsync()
    {
        _server = new ClusterServer(
            new ClusterOptions
            {
                DataFolder = Path.Combine(_folder.Path, "cluster"),
                NodesFolder = Path.Combine(_folder.Path, "nodes"),
                KubeconfigPath = Kubeconfig,
                ApiPort = 0,
                Nodes = 0,
                SyncWrites = false,
            },
            TimeProvider.System,
            NullLoggerFactory.Instance);
        await _server.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _folder.Dispose();
    }
}
