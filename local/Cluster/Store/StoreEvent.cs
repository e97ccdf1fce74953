namespace Scalelab.Cluster.Store;

/// <summary>What a write did to an object.</summary>
public enum StoreEventType
{
    Created,
    Modified,
    Deleted,
}

/// <summary>One write in the log.</summary>
/// <param name="Current">The object after the write; of a deletion the last state, with the revision of the deletion.</param>
/// <param name="Previous">The object before the write; null for a creation.</param>
public sealed record StoreEvent(StoreEventType Type, StoredObject Current, StoredObject? Previous)
{
    public long Revision => Current.Revision;
}
