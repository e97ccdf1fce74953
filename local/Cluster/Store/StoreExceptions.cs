namespace Scalelab.Cluster.Store;

/// <summary>A conditional write met another state than it expected.</summary>
public sealed class RevisionConflictException(ResourceKey key, StoredObject? actual)
    : Exception($"{key} is {(actual is null ? "absent" : $"at revision {actual.Revision}")}, which is not what the write expected.")
{
    /// <summary>What the store holds; null when there is no such object.</summary>
    public StoredObject? Actual { get; } = actual;
}

/// <summary>The log no longer reaches back to a revision: read the state again.</summary>
public sealed class CompactedException(long revision, long oldest)
    : Exception($"Revision {revision} is compacted; the log starts at {oldest}.")
{
    public long Revision { get; } = revision;

    /// <summary>The oldest revision that can still be read.</summary>
    public long Oldest { get; } = oldest;
}

/// <summary>A file of the store is not what the store wrote. Nothing was changed on disk.</summary>
public sealed class CorruptStoreException(string path, long offset, string problem)
    : Exception($"The cluster's store is damaged: {path}, at byte {offset}: {problem}. Nothing was changed. Restore the file from a copy, or move the folder away to start an empty cluster.")
{
    public string Path { get; } = path;

    public long Offset { get; } = offset;
}
