using Scalelab.Cluster.Controllers;

namespace Scalelab.Cluster.Metrics;

/// <summary>What a running container has used since it was started, as read at one moment.</summary>
/// <param name="Id">Which run of which container: a restarted one is another.</param>
/// <param name="Cpu">CPU time, of all its processes.</param>
/// <param name="MemoryBytes">Resident memory, of all its processes; pages that several share count for each.</param>
internal sealed record ContainerReading(PodReference Pod, string Container, string Id, DateTimeOffset StartedAt, TimeSpan Cpu, long MemoryBytes);

/// <param name="Node">Where it runs.</param>
internal sealed record PodReference(ObjectKey Key, string Uid, string Node);

/// <summary>Reads the running containers.</summary>
internal interface IContainerReader
{
    IReadOnlyList<ContainerReading> Read();
}
