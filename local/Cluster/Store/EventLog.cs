namespace Scalelab.Cluster.Store;

/// <summary>
/// The last events, one for each revision without a gap, shared by every reader. One writer appends; readers take no lock: a slot
/// that no longer holds the revision they look for was dropped, which is what compaction means here.
/// </summary>
/// <param name="capacity">The most events held.</param>
/// <param name="maximumBytes">The most bytes of objects held, so that a few large objects do not fill the memory.</param>
internal sealed class EventLog(int capacity, long maximumBytes, long firstRevision)
{
    private readonly StoreEvent?[] _slots = new StoreEvent?[capacity];
    private long _last = firstRevision - 1;
    private long _oldest = firstRevision;
    private long _bytes;

    /// <summary>The oldest revision that is still held; one more than the last when none is.</summary>
    public long Oldest => Volatile.Read(ref _oldest);

    /// <summary>Appends the event of the next revision. For the one writer only.</summary>
    public void Append(StoreEvent change)
    {
        _bytes += change.Current.Bytes.Length;
        while (_oldest <= _last && (change.Revision - _oldest >= capacity || _bytes > maximumBytes))
        {
            DropOldest();
        }

        Volatile.Write(ref _slots[change.Revision % capacity], change);
        Volatile.Write(ref _last, change.Revision);
    }

    /// <summary>Forgets every event before a revision. For the one writer only.</summary>
    public void CompactTo(long oldest)
    {
        while (_oldest < oldest && _oldest <= _last)
        {
            DropOldest();
        }
    }

    /// <summary>The event of a revision.</summary>
    /// <exception cref="CompactedException">The log no longer holds it.</exception>
    public StoreEvent Read(long revision)
    {
        var change = Volatile.Read(ref _slots[revision % capacity]);
        return change is not null && change.Revision == revision ? change : throw new CompactedException(revision, Oldest);
    }

    private void DropOldest()
    {
        ref var slot = ref _slots[_oldest % capacity];
        _bytes -= slot!.Current.Bytes.Length;
        Volatile.Write(ref slot, null);
        Volatile.Write(ref _oldest, _oldest + 1);
    }
}
