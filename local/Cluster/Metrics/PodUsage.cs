namespace Scalelab.Cluster.Metrics;

/// <summary>What a pod's containers used in the time before a sample.</summary>
/// <param name="Uid">Which pod: a later one of the same name is another.</param>
/// <param name="Timestamp">The end of that time.</param>
/// <param name="Window">Its length.</param>
internal sealed record PodUsage(
    string Namespace, string Name, string Uid, string Node, DateTimeOffset Timestamp, TimeSpan Window, IReadOnlyList<ContainerUsage> Containers);

/// <param name="NanoCores">CPU, in thousand-millionths of a core, on average over the window.</param>
/// <param name="MemoryBytes">Memory at the end of the window.</param>
internal sealed record ContainerUsage(string Name, long NanoCores, long MemoryBytes)
{
    /// <summary>CPU in thousandths of a core, rounded up.</summary>
    public long MilliCores => (NanoCores + 999_999) / 1_000_000;
}

/// <summary>What the pods on a node used.</summary>
internal sealed record NodeUsage(DateTimeOffset Timestamp, TimeSpan Window, long NanoCores, long MemoryBytes);
