using k8s.Models;
using Scalelab.Cluster.Controllers;
using Scalelab.Cluster.Metrics;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Node;

/// <summary>Puts together which containers the pods say they run and what their processes use.</summary>
/// <param name="running">The main processes of the containers that run, by the container's id.</param>
internal sealed class ContainerReader(Func<ICollection<V1Pod>> pods, Func<IReadOnlyDictionary<string, int>> running) : IContainerReader
{
    private const string Scheme = "scalelab://";

    private readonly ProcessTrees _trees = new();

    public IReadOnlyList<ContainerReading> Read()
    {
        var usages = _trees.Read(running());
        if (usages.Count == 0)
        {
            return [];
        }

        var readings = new List<ContainerReading>();
        foreach (var pod in pods())
        {
            foreach (var status in (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? []))
            {
                if (status is { State.Running.StartedAt: { } started, ContainerID: { } id }
                    && id.StartsWith(Scheme, StringComparison.Ordinal) && usages.TryGetValue(id[Scheme.Length..], out var usage))
                {
                    var reference = new PodReference(ObjectKey.Of(pod), pod.Metadata.Uid, pod.Spec.NodeName);
                    readings.Add(new ContainerReading(reference, status.Name, id, PodFilters.Utc(started), usage.Cpu, usage.MemoryBytes));
                }
            }
        }

        return readings;
    }
}
