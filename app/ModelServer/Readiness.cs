namespace Scalelab.ModelServer;

/// <summary>
/// Whether the server takes new requests. Models are loaded before the server listens, so it is ready from the first moment until it
/// is told to stop. Then it says so and goes on answering for the drain time, because clients and proxies learn of it a little later than the
/// server; answers ask for their connection to be closed, so that no client sends a request on one that is about to go.
/// </summary>
/// <param name="time">Clock of the drain time.</param>
/// <param name="drain">The drain time.</param>
internal sealed class Readiness(TimeProvider time, TimeSpan drain) : IHostedLifecycleService
{
    /// <summary>How long requests are still taken after the server was told to stop, unless DRAIN_SECONDS says otherwise.</summary>
    public static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private volatile bool _stopping;

    /// <summary>False once the server was told to stop.</summary>
    public bool IsReady => !_stopping;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        return Task.Delay(drain, time, cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
