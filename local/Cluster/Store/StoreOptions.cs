namespace Scalelab.Cluster.Store;

/// <summary>How an <see cref="ObjectStore"/> keeps its data.</summary>
public sealed record StoreOptions
{
    /// <summary>The folder of the write-ahead log and the snapshots; created when absent. Null keeps everything in memory only.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// False acknowledges a write when the operating system has it, before it is on disk: a crash of the process loses nothing, a
    /// crash of the machine may. True by default.
    /// </summary>
    public bool SyncWrites { get; init; } = true;

    /// <summary>The number of events held for watches and reads of older revisions. 8,192 by default.</summary>
    public int EventCapacity { get; init; } = 8192;

    /// <summary>The bytes of objects held in events. 64 MiB by default.</summary>
    public long EventBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The write-ahead log is folded into a snapshot when it is at least this long and longer than the objects themselves. 16 MiB by default.</summary>
    public long SnapshotAfterBytes { get; init; } = 16 * 1024 * 1024;
}
