using System.Globalization;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Controllers.EndpointSlices;

namespace Scalelab.Cluster.Controllers.Endpoints;

/// <summary>Keeps the Endpoints of each service with a selector, for those who do not read slices yet.</summary>
internal sealed class EndpointsController : Controller
{
    private const string ManagedByLabel = "endpoints.kubernetes.io/managed-by";
    private const string HeadlessLabel = "service.kubernetes.io/headless";
    private const string TriggerAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";

    private readonly IApiClient _client;
    private readonly Informer<V1Service> _services;
    private readonly Informer<V1Pod> _pods;
    private readonly Informer<V1Endpoints> _endpoints;
    private readonly TriggerTimes _triggers = new();

    public EndpointsController(IApiClient client, Informer<V1Service> services, Informer<V1Pod> pods, Informer<V1Endpoints> endpoints, TimeProvider time, ILogger logger)
        : base(time, logger)
    {
        (_client, _services, _pods, _endpoints) = (client, services, pods, endpoints);
        services.Changed += (old, service) => Queue.Add(ObjectKey.Of((service ?? old)!));
        endpoints.Changed += (old, present) => Queue.Add(ObjectKey.Of((present ?? old)!));
        pods.Changed += (old, pod) =>
        {
            foreach (var service in _services.InNamespace((pod ?? old)!.Metadata.NamespaceProperty).Where(service => Selects(service, old) || Selects(service, pod)))
            {
                Queue.Add(ObjectKey.Of(service));
            }
        };
    }

    protected override IEnumerable<Task> Synced => [_services.Synced, _pods.Synced, _endpoints.Synced];

    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var existing = _endpoints.Find(key);
        if (_services.Find(key) is not { } service)
        {
            _triggers.Forget(key);
            if (existing?.Metadata.Labels?.ContainsKey(ManagedByLabel) == true)
            {
                await _client.DeleteAsync<V1Endpoints>(key.Namespace, key.Name, null, cancellationToken);
            }

            return;
        }

        if (service.Spec is not { Selector.Count: > 0, Type: not "ExternalName" })
        {
            return;
        }

        var pods = _pods.InNamespace(key.Namespace).Where(pod => Selects(service, pod)).ToList();
        var trigger = _triggers.Next(key, service, pods);
        var wanted = Endpoints(service, Subsets(service, pods), trigger);
        if (existing is null)
        {
            await _client.CreateAsync(wanted, cancellationToken);
        }
        else if (!wanted.Subsets.IsSameAs(existing.Subsets is { Count: 0 } ? null : existing.Subsets) || !wanted.Metadata.Labels.IsSameAs(existing.Metadata.Labels))
        {
            var metadata = existing.Metadata.Copy();
            (metadata.Labels, metadata.Annotations) = (wanted.Metadata.Labels, wanted.Metadata.Annotations);
            await _client.UpdateAsync(existing with { Metadata = metadata, Subsets = wanted.Subsets }, cancellationToken);
        }
    }

    private static bool Selects(V1Service service, V1Pod? pod) =>
        pod is not null && service.Spec.Selector is { Count: > 0 } selector && LabelSelectors.Matches(selector, pod.Metadata.Labels);

    /// <summary>One subset for each set of ports, the ready addresses before the others, by address.</summary>
    private static List<V1EndpointSubset>? Subsets(V1Service service, List<V1Pod> pods)
    {
        var subsets = pods
            .Where(pod => !pod.IsTerminal() && pod.Status?.PodIP is { Length: > 0 } && (pod.Metadata.DeletionTimestamp is null || service.Spec.PublishNotReadyAddresses == true))
            .Select(pod => (Pod: pod, Ports: ServicePorts.Of(service, pod)))
            .Where(entry => entry.Ports.Count > 0 || service.Spec.Ports is null or { Count: 0 })
            .GroupBy(entry => ServicePorts.Print(entry.Ports))
            .Select(group => new V1EndpointSubset
            {
                Addresses = Addresses(group.Select(entry => entry.Pod).Where(pod => IsServing(service, pod))),
                NotReadyAddresses = Addresses(group.Select(entry => entry.Pod).Where(pod => !IsServing(service, pod))),
                Ports = group.First().Ports is { Count: > 0 } ports
                    ? [.. ports.Select(port => new Corev1EndpointPort { Name = port.Name is "" ? null : port.Name, Port = port.Port ?? 0, Protocol = port.Protocol, AppProtocol = port.AppProtocol })]
                    : null,
            })
            .ToList();
        return subsets.Count == 0 ? null : subsets;
    }

    private static bool IsServing(V1Service service, V1Pod pod) => service.Spec.PublishNotReadyAddresses == true || pod.IsReady();

    private static List<V1EndpointAddress>? Addresses(IEnumerable<V1Pod> pods)
    {
        var addresses = pods.OrderBy(pod => System.Net.IPAddress.Parse(pod.Status.PodIP).GetAddressBytes(), Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other)))
            .ThenBy(pod => pod.Metadata.Uid, StringComparer.Ordinal)
            .Select(pod => new V1EndpointAddress
            {
                Ip = pod.Status.PodIP,
                NodeName = pod.Spec.NodeName,
                TargetRef = new V1ObjectReference { Kind = "Pod", NamespaceProperty = pod.Metadata.NamespaceProperty, Name = pod.Metadata.Name, Uid = pod.Metadata.Uid },
            }).ToList();
        return addresses.Count == 0 ? null : addresses;
    }

    private static V1Endpoints Endpoints(V1Service service, List<V1EndpointSubset>? subsets, DateTime? trigger)
    {
        var labels = new SortedDictionary<string, string>(service.Metadata.Labels ?? new Dictionary<string, string>(), StringComparer.Ordinal) { [ManagedByLabel] = "endpoint-controller" };
        if (service.Spec.ClusterIP == "None")
        {
            labels[HeadlessLabel] = "";
        }

        return new V1Endpoints
        {
            ApiVersion = "v1",
            Kind = "Endpoints",
            Metadata = new V1ObjectMeta
            {
                Name = service.Metadata.Name,
                NamespaceProperty = service.Metadata.NamespaceProperty,
                Labels = labels,
                Annotations = trigger is { } time ? new Dictionary<string, string> { [TriggerAnnotation] = time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) } : null,
            },
            Subsets = subsets,
        };
    }
}
