namespace Scalelab.ModelServer;

/// <summary>
/// Whether the server takes new requests. The model is loaded before the server listens, so it is ready from the first moment until it
/// is told to stop. Then it says so and goes on answering for a moment, because clients and proxies learn of it a little later than the server.
/// </summary>
internal sealed class Readiness(TimeProvider time) : IHostedLifecycleService
{
    /// <summary>How long requests are still taken after the server was told to stop.</summary>
    public static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    /// <summary>False once the server was told to stop.</summary>
    public bool IsReady { get; private set; } = true;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        IsReady = false;
        return Task.Delay(Farewell, time, cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
