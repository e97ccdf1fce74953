using System.Collections.Concurrent;

namespace Scalelab.Cluster.Proxy;

/// <summary>
/// The connections that a proxy passes on: bounded in number, and independent of the ports they came by. A connection outlives the service it
/// was made through, as it does where the kernel balances.
/// </summary>
internal sealed class Connections : IAsyncDisposable
{
    /// <summary>At one time; more wait in the backlogs of the ports.</summary>
    private const int Maximum = 4096;

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _free = new(Maximum);
    private readonly ConcurrentDictionary<Task, bool> _running = new();

    /// <summary>Waits until one more connection may be taken. Every successful wait is followed by <see cref="Run"/> or <see cref="Release"/>.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _free.WaitAsync(cancellationToken);

    public void Release() => _free.Release();

    /// <summary>Serves a connection until it ends or the proxy stops; returns at once.</summary>
    public void Run(Func<CancellationToken, Task> serve)
    {
        var connection = Task.Run(() => serve(_stop.Token));
        _running[connection] = true;
        _ = connection.ContinueWith(OnEnded, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void OnEnded(Task connection)
    {
        _running.TryRemove(connection, out _);
        _free.Release();
    }
}
