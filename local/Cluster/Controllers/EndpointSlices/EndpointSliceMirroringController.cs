using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.EndpointSlices;

/// <summary>Copies Endpoints that somebody keeps by hand, for a service without a selector, to slices.</summary>
internal sealed class EndpointSliceMirroringController : Controller
{
    private const string ManagedBy = "endpointslicemirroring-controller.k8s.io";
    private const string ManagedByLabel = "endpointslice.kubernetes.io/managed-by";
    private const string ServiceLabel = "kubernetes.io/service-name";
    private const string SkipLabel = "endpointslice.kubernetes.io/skip-mirror";
    private const string LeaderAnnotation = "control-plane.alpha.kubernetes.io/leader";

    // What belongs to the Endpoints alone.
    private static readonly string[] NotCopied = ["endpoints.kubernetes.io/last-change-trigger-time", "kubectl.kubernetes.io/last-applied-configuration"];

    private readonly Informer<V1Endpoints> _endpoints;
    private readonly Informer<V1Service> _services;
    private readonly Informer<V1EndpointSlice> _slices;
    private readonly SliceWriter _writer;

    public EndpointSliceMirroringController(
        IApiClient client, Informer<V1Endpoints> endpoints, Informer<V1Service> services, Informer<V1EndpointSlice> slices, TimeProvider time, ILogger logger)
        : base(time, logger)
    {
        (_endpoints, _services, _slices) = (endpoints, services, slices);
        _writer = new SliceWriter(client);
        endpoints.Changed += (old, present) => Queue.Add(ObjectKey.Of((present ?? old)!));
        services.Changed += (old, service) => Queue.Add(ObjectKey.Of((service ?? old)!));
        slices.Changed += (old, slice) =>
        {
            if (slice is null)
            {
                _writer.Forget(old!);
            }

            if (ServiceOf((slice ?? old)!) is { } service)
            {
                Queue.Add(service);
            }
        };
    }

    protected override IEnumerable<Task> Synced => [_endpoints.Synced, _services.Synced, _slices.Synced];

    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var existing = _slices.InNamespace(key.Namespace).Where(slice => ServiceOf(slice) == key && slice.Metadata.DeletionTimestamp is null)
            .OrderBy(slice => slice.Metadata.Name, StringComparer.Ordinal).ToList();
        if (_writer.IsSeen(key, existing))
        {
            await _writer.WriteAsync(key, existing, Wanted(key), cancellationToken);
        }
    }

    private List<V1EndpointSlice> Wanted(ObjectKey key)
    {
        if (_endpoints.Find(key) is not { } endpoints
            || endpoints.Metadata.Labels?.TryGetValue(SkipLabel, out var skip) == true && skip == "true"
            || endpoints.Metadata.Annotations?.ContainsKey(LeaderAnnotation) == true
            || _services.Find(key) is not { Spec.Selector: null or { Count: 0 } })
        {
            return [];
        }

        return [.. (endpoints.Subsets ?? [])
            .SelectMany(subset => Endpoints(subset).Select(endpoint => (Endpoint: endpoint, Ports: Ports(subset), IsIPv6: endpoint.Addresses[0].Contains(':', StringComparison.Ordinal))))
            .GroupBy(entry => (entry.IsIPv6, Ports: ServicePorts.Print(entry.Ports)))
            .Select(group => Slice(endpoints, group.Key.IsIPv6 ? "IPv6" : "IPv4", [.. group.Select(entry => entry.Endpoint)], group.First().Ports))];
    }

    private static ObjectKey? ServiceOf(V1EndpointSlice slice) =>
        slice.Metadata.Labels is { } labels && labels.TryGetValue(ManagedByLabel, out var manager) && manager == ManagedBy && labels.TryGetValue(ServiceLabel, out var name)
            ? new ObjectKey(slice.Metadata.NamespaceProperty, name)
            : null;

    private static IEnumerable<V1Endpoint> Endpoints(V1EndpointSubset subset) =>
        (subset.Addresses ?? []).Select(address => Endpoint(address, ready: true)).Concat((subset.NotReadyAddresses ?? []).Select(address => Endpoint(address, ready: false)));

    private static V1Endpoint Endpoint(V1EndpointAddress address, bool ready) => new()
    {
        Addresses = [address.Ip],
        Conditions = new V1EndpointConditions { Ready = ready },
        Hostname = address.Hostname,
        NodeName = address.NodeName,
        TargetRef = address.TargetRef,
    };

    private static List<Discoveryv1EndpointPort> Ports(V1EndpointSubset subset) =>
        [.. (subset.Ports ?? []).Select(port => new Discoveryv1EndpointPort { Name = port.Name ?? "", Protocol = port.Protocol ?? "TCP", Port = port.Port, AppProtocol = port.AppProtocol })];

    private static V1EndpointSlice Slice(V1Endpoints endpoints, string addressType, List<V1Endpoint> members, List<Discoveryv1EndpointPort> ports)
    {
        var annotations = (endpoints.Metadata.Annotations ?? new Dictionary<string, string>()).Where(one => !NotCopied.Contains(one.Key)).ToDictionary();
        return new V1EndpointSlice
        {
            ApiVersion = "discovery.k8s.io/v1",
            Kind = "EndpointSlice",
            Metadata = new V1ObjectMeta
            {
                GenerateName = endpoints.Metadata.Name + "-",
                NamespaceProperty = endpoints.Metadata.NamespaceProperty,
                Labels = new Dictionary<string, string>(endpoints.Metadata.Labels ?? new Dictionary<string, string>()) { [ManagedByLabel] = ManagedBy, [ServiceLabel] = endpoints.Metadata.Name },
                Annotations = annotations.Count == 0 ? null : annotations,
                OwnerReferences = [Claims.Reference(endpoints, "v1", "Endpoints")],
            },
            AddressType = addressType,
            Endpoints = members,
            Ports = ports,
        };
    }
}
