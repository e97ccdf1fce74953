using k8s.Models;

namespace Scalelab.Cluster.Api.Pods;

/// <summary>Which container a request for a pod means.</summary>
internal static class PodContainers
{
    /// <param name="asked">The container's name; empty for the only or the preferred one.</param>
    /// <exception cref="ApiException">400: the pod has no such container, or there is a choice.</exception>
    public static string Choose(V1Pod pod, string asked)
    {
        var name = pod.Metadata.Name;
        var containers = pod.Spec.Containers.Select(container => container.Name).ToList();
        var initial = (pod.Spec.InitContainers ?? []).Select(container => container.Name).ToList();
        if (asked.Length == 0)
        {
            if (containers.Count == 1)
            {
                return containers[0];
            }

            if (pod.Metadata.Annotations is { } annotations && annotations.TryGetValue("kubectl.kubernetes.io/default-container", out var preferred) && containers.Contains(preferred))
            {
                return preferred;
            }

            var choice = $"a container name must be specified for pod {name}, choose one of: [{string.Join(" ", containers)}]";
            throw ApiErrors.BadRequest(initial.Count > 0 ? $"{choice} or one of the init containers: [{string.Join(" ", initial)}]" : choice);
        }

        return containers.Contains(asked) || initial.Contains(asked) ? asked : throw ApiErrors.BadRequest($"container {asked} is not valid for pod {name}");
    }
}
