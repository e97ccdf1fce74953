using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers;

/// <summary>
/// A control loop: brings the world nearer to what one object asks for, whenever something about it has changed. Level-based: what has to be
/// done follows from the present state alone, so a key may come too often, but never too seldom.
/// </summary>
internal abstract class Controller(TimeProvider time, ILogger logger) : IDisposable
{
    protected TimeProvider Time { get; } = time;

    protected ILogger Logger { get; } = logger;

    protected WorkQueue<ObjectKey> Queue { get; } = new(time);

    /// <summary>What must be in the caches before the first reconcile.</summary>
    protected abstract IEnumerable<Task> Synced { get; }

    public async Task RunAsync(int workers, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(Synced).WaitAsync(cancellationToken);
            await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(cancellationToken)));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    public virtual void Dispose()
    {
        Queue.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Throws where something failed that a later try may mend.</summary>
    protected abstract Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken);

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var key = await Queue.TakeAsync(cancellationToken);
            try
            {
                await ReconcileAsync(key, cancellationToken);
                Queue.Forget(key);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (ApiException exception) when (exception.Code is 409 or 404)
            {
                // Somebody else was faster, and our cache will soon know.
                Logger.LogDebug("{Controller} tries {Key} again: {Message}", GetType().Name, key, exception.Message);
                Queue.AddFailed(key);
            }
            catch (Exception exception)
            {
                Logger.LogWarning(exception, "{Controller} failed for {Key}; it is tried again.", GetType().Name, key);
                Queue.AddFailed(key);
            }
            finally
            {
                Queue.Done(key);
            }
        }
    }
}
