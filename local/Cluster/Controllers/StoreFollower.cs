using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Controllers;

/// <summary>
/// A loop over the store's own log, for controllers that have to see every kind. It begins with the present state, and begins again
/// where it falls behind the log or fails.
/// </summary>
internal abstract class StoreFollower(ResourceService service, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;

    protected ResourceService Service { get; } = service;

    protected ILogger Logger { get; } = logger;

    public void Start() => _run = Task.Run(() => RunAsync(_stop.Token), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Brings everything in order, then follows the changes until cancelled.</summary>
    /// <param name="cursor">Gives the changes after <paramref name="state"/>.</param>
    protected abstract Task FollowAsync(StoreState state, StoreCursor cursor, CancellationToken cancellationToken);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var state = Service.Store.State;
                await FollowAsync(state, new StoreCursor(Service.Store, null, state.Revision), cancellationToken);
            }
            catch (CompactedException)
            {
                // Fell behind the log: begin again from the present state.
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is ApiException or IOException)
            {
                Logger.LogError(error, "{Controller} failed and begins again.", GetType().Name);
                await Task.Delay(RetryPause, Service.Time, cancellationToken);
            }
        }
    }
}
