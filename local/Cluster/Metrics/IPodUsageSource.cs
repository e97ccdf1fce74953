namespace Scalelab.Cluster.Metrics;

/// <summary>What the metrics API knows of pods, for readers in this process.</summary>
internal interface IPodUsageSource
{
    /// <summary>The pods that have been measured; some may be gone since.</summary>
    IEnumerable<PodUsage> InNamespace(string namespaceName);
}
