using k8s.Models;

namespace Scalelab.Cluster.Controllers.Scheduling;

/// <summary>What a pod asks a node for.</summary>
internal static class PodRequests
{
    // What a container without a request counts for when nodes are compared (not when they are filtered): 100m and 200 MB.
    private const decimal UsualCpu = 0.1m;
    private const decimal UsualMemory = 200m * 1024 * 1024;

    /// <summary>
    /// The sum of the containers, or the largest init container where that is more; sidecars count beside both.
    /// </summary>
    public static Dictionary<string, decimal> Of(V1Pod pod)
    {
        var total = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var container in pod.Spec.Containers)
        {
            Add(total, container.Resources?.Requests);
        }

        var sidecars = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var peak = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var container in pod.Spec.InitContainers ?? [])
        {
            if (container.RestartPolicy == "Always")
            {
                Add(sidecars, container.Resources?.Requests);
                continue;
            }

            foreach (var (resource, quantity) in container.Resources?.Requests ?? new Dictionary<string, ResourceQuantity>())
            {
                peak[resource] = Math.Max(peak.GetValueOrDefault(resource), quantity.ToDecimal() + sidecars.GetValueOrDefault(resource));
            }
        }

        foreach (var (resource, quantity) in sidecars)
        {
            total[resource] = total.GetValueOrDefault(resource) + quantity;
        }

        foreach (var (resource, quantity) in peak)
        {
            total[resource] = Math.Max(total.GetValueOrDefault(resource), quantity);
        }

        Add(total, pod.Spec.Overhead);
        return total;
    }

    /// <summary>CPU and memory for comparing nodes.</summary>
    public static (decimal Cpu, decimal Memory) ForScore(V1Pod pod) => (
        pod.Spec.Containers.Sum(container => Quantity(container, "cpu") ?? UsualCpu),
        pod.Spec.Containers.Sum(container => Quantity(container, "memory") ?? UsualMemory));

    private static decimal? Quantity(V1Container container, string resource) =>
        container.Resources?.Requests is { } requests && requests.TryGetValue(resource, out var quantity) ? quantity.ToDecimal() : null;

    private static void Add(Dictionary<string, decimal> total, IDictionary<string, ResourceQuantity>? more)
    {
        foreach (var (resource, quantity) in more ?? new Dictionary<string, ResourceQuantity>())
        {
            total[resource] = total.GetValueOrDefault(resource) + quantity.ToDecimal();
        }
    }
}
