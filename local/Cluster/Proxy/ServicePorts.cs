using System.Collections.Immutable;
using System.Net;
using k8s.Models;

namespace Scalelab.Cluster.Proxy;

/// <summary>What a service and its endpoint slices mean for a proxy: where it listens, and where it sends connections. Pure.</summary>
internal static class ServicePorts
{
    private const string ManagedByLabel = "endpointslice.kubernetes.io/managed-by";
    private const int DefaultAffinitySeconds = 10800;
    private const string Controller = "endpointslice-controller.k8s.io";

    /// <summary>The addresses to listen on (cluster addresses, node ports, load balancer addresses), each with its endpoints.</summary>
    public static Dictionary<IPEndPoint, ImmutableArray<IPEndPoint>> Wanted(V1Service service, IReadOnlyList<V1EndpointSlice> slices)
    {
        var wanted = new Dictionary<IPEndPoint, ImmutableArray<IPEndPoint>>();
        foreach (var port in service.Spec.Ports ?? [])
        {
            if (port.Protocol is not (null or "TCP"))
            {
                continue;
            }

            var endpoints = Endpoints(port, slices);
            foreach (var address in (service.Spec.ClusterIPs ?? []).Where(address => address is not "None"))
            {
                wanted[new IPEndPoint(IPAddress.Parse(address), port.Port)] = endpoints;
            }

            if (port.NodePort is > 0 and var nodePort)
            {
                wanted[new IPEndPoint(IPAddress.Loopback, nodePort)] = endpoints;
            }

            foreach (var ingress in service.Status?.LoadBalancer?.Ingress ?? [])
            {
                if (IPAddress.TryParse(ingress.Ip, out var address))
                {
                    wanted[new IPEndPoint(address, port.Port)] = endpoints;
                }
            }
        }

        return wanted;
    }

    /// <summary>How long a client stays with an endpoint; null where it does not.</summary>
    public static TimeSpan? Affinity(V1Service service) => service.Spec.SessionAffinity == "ClientIP"
        ? TimeSpan.FromSeconds(service.Spec.SessionAffinityConfig?.ClientIP?.TimeoutSeconds ?? DefaultAffinitySeconds)
        : null;

    /// <summary>
    /// The addresses that will be taken out of the slices when their pods begin to end. Not those of slices that somebody else writes, nor of
    /// a service that publishes its pods whatever their state: nobody takes them out before the pod is gone.
    /// </summary>
    public static ImmutableHashSet<IPAddress> Leaving(V1Service service, IReadOnlyList<V1EndpointSlice> slices) => service.Spec.PublishNotReadyAddresses == true
        ? []
        : [.. slices.Where(slice => slice.Metadata.Labels?.TryGetValue(ManagedByLabel, out var manager) == true && manager == Controller)
            .SelectMany(slice => slice.Endpoints ?? []).Where(IsReady).Select(Address).OfType<IPAddress>()];

    /// <summary>
    /// The ready endpoints; without any, those that end but still serve, so that the last requests before a gap are answered (the rule
    /// of kube-proxy's terminating endpoints).
    /// </summary>
    private static ImmutableArray<IPEndPoint> Endpoints(V1ServicePort port, IReadOnlyList<V1EndpointSlice> slices)
    {
        var all = slices
            .Select(slice => (Port: slice.Ports?.FirstOrDefault(one => (one.Name ?? "") == (port.Name ?? ""))?.Port, Endpoints: slice.Endpoints ?? []))
            .Where(slice => slice.Port is not null)
            .SelectMany(slice => slice.Endpoints.Select(endpoint => (Endpoint: endpoint, Address: Address(endpoint), slice.Port)))
            .Where(one => one.Address is not null)
            .ToList();
        var ready = all.Where(one => IsReady(one.Endpoint)).ToList();
        var chosen = ready.Count > 0 ? ready : all.Where(one => one.Endpoint.Conditions is { Serving: true, Terminating: true });
        return [.. chosen.Select(one => new IPEndPoint(one.Address!, one.Port!.Value)).Distinct()];
    }

    private static bool IsReady(V1Endpoint endpoint) => endpoint.Conditions?.Ready != false;

    private static IPAddress? Address(V1Endpoint endpoint) => IPAddress.TryParse(endpoint.Addresses.FirstOrDefault(), out var address) ? address : null;
}
