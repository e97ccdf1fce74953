using k8s.Models;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;

/// <summary>What utilization is a percentage of.</summary>
internal static class ResourceRequests
{
    /// <summary>Thousandths by pod.</summary>
    /// <param name="container">The container that counts; null for all of a pod's.</param>
    /// <exception cref="MetricException">A container requests nothing, so there is no percentage of it.</exception>
    public static Dictionary<string, long> Of(IEnumerable<V1Pod> pods, string resource, string? container) =>
        pods.ToDictionary(pod => pod.Metadata.Name, pod => Of(pod, resource, container), StringComparer.Ordinal);

    private static long Of(V1Pod pod, string resource, string? container)
    {
        if (container is null && pod.Spec.Resources is { Requests.Count: > 0 } whole)
        {
            return whole.Requests.TryGetValue(resource, out var amount)
                ? Milli(amount)
                : throw new MetricException($"missing pod-level request for {resource} in Pod {pod.Metadata.Name}");
        }

        return pod.Spec.Containers.Concat((pod.Spec.InitContainers ?? []).Where(init => init.RestartPolicy == "Always"))
            .Where(one => container is null || one.Name == container)
            .Sum(one => one.Resources?.Requests is { } requests && requests.TryGetValue(resource, out var amount)
                ? Milli(amount)
                : throw new MetricException($"missing request for {resource} in container {one.Name} of Pod {pod.Metadata.Name}"));
    }

    private static long Milli(ResourceQuantity amount) => Quantity.Parse(amount.ToString()).MilliValue;
}
