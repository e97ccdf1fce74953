using System.Diagnostics.CodeAnalysis;

namespace Scalelab.Cluster.Store;

/// <summary>
/// A watcher's own place in the shared log. Use: <see cref="WaitAsync"/>, then <see cref="TryRead"/> until it says false, again and
/// again. For one consumer at a time.
/// </summary>
/// <param name="resource">Only the events of this resource; null for all.</param>
/// <param name="after">The last revision that is known already.</param>
public sealed class StoreCursor(ObjectStore store, string? resource, long after)
{
    private Task _next = Task.CompletedTask;
    private long _end = after;

    /// <summary>Everything up to this revision was read or does not concern this watcher.</summary>
    public long Revision { get; private set; } = after;

    /// <summary>Completes when there may be something to read.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _next = store.NextChange(resource);
            _end = store.State.Revision;
            if (_end > Revision)
            {
                return;
            }

            await _next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes the next event, without waiting.</summary>
    /// <exception cref="CompactedException">The log no longer holds it.</exception>
    public bool TryRead([NotNullWhen(true)] out StoreEvent? change)
    {
        while (Revision < _end)
        {
            change = store.ReadEvent(Revision + 1);
            Revision++;
            if (resource is null || string.Equals(change.Current.Key.Resource, resource, StringComparison.Ordinal))
            {
                return true;
            }
        }

        change = null;
        return false;
    }
}
