using System.Globalization;
using k8s.Models;

namespace Scalelab.Cluster.Controllers.EndpointSlices;

/// <summary>The ports of a service as one pod serves them.</summary>
internal static class ServicePorts
{
    /// <summary>Without those that the pod does not have under the name that the service asks for.</summary>
    public static List<Discoveryv1EndpointPort> Of(V1Service service, V1Pod pod) => [.. (service.Spec.Ports ?? [])
        .Select(port => (Port: port, Target: TargetPort(port, pod)))
        .Where(entry => entry.Target is not null)
        .Select(entry => new Discoveryv1EndpointPort { Name = entry.Port.Name ?? "", Protocol = entry.Port.Protocol ?? "TCP", Port = entry.Target, AppProtocol = entry.Port.AppProtocol })];

    /// <summary>The same text for the same ports.</summary>
    public static string Print(IEnumerable<Discoveryv1EndpointPort> ports) => string.Join('|', ports.Select(port => $"{port.Name}/{port.Protocol}/{port.Port}/{port.AppProtocol}"));

    private static int? TargetPort(V1ServicePort port, V1Pod pod)
    {
        if (port.TargetPort?.Value is not { Length: > 0 } target || target == "0")
        {
            return port.Port;
        }

        return int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : pod.Spec.Containers.Concat((pod.Spec.InitContainers ?? []).Where(container => container.RestartPolicy == "Always"))
                .SelectMany(container => container.Ports ?? [])
                .FirstOrDefault(one => one.Name == target && (one.Protocol ?? "TCP") == (port.Protocol ?? "TCP"))?.ContainerPort;
    }
}
