using Microsoft.Extensions.Logging;

namespace Scalelab.Cluster.Metrics;

/// <summary>Samples the running containers once in a resolution.</summary>
internal sealed class MetricsServer(UsageStore store, IContainerReader reader, TimeSpan resolution, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(resolution, time);
        try
        {
            do
            {
                try
                {
                    store.Add(reader.Read(), time.GetUtcNow());
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    logger.LogWarning(exception, "What the containers use could not be read; it is tried again in {Resolution} s.", resolution.TotalSeconds);
                }
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}
