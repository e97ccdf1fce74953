using System.Globalization;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.EndpointSlices;

/// <summary>Lists, for each service with a selector, the pods behind it: in slices of at most 100, one set of slices for each set of target ports.</summary>
internal sealed class EndpointSliceController : Controller
{
    private const int MaximumEndpoints = 100;
    private const string ManagedBy = "endpointslice-controller.k8s.io";
    private const string ManagedByLabel = "endpointslice.kubernetes.io/managed-by";
    private const string ServiceLabel = "kubernetes.io/service-name";
    private const string HeadlessLabel = "service.kubernetes.io/headless";
    private const string TriggerAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";

    private readonly Informer<V1Service> _services;
    private readonly Informer<V1Pod> _pods;
    private readonly Informer<V1EndpointSlice> _slices;
    private readonly TriggerTimes _triggers = new();
    private readonly SliceWriter _writer;

    public EndpointSliceController(
        IApiClient client, Informer<V1Service> services, Informer<V1Pod> pods, Informer<V1EndpointSlice> slices, TimeProvider time, ILogger logger)
        : base(time, logger)
    {
        _services = services;
        _pods = pods;
        _slices = slices;
        _writer = new SliceWriter(client);
        services.Changed += (old, service) => Queue.Add(ObjectKey.Of((service ?? old)!));
        pods.Changed += OnPod;
        slices.Changed += OnSlice;
    }

    protected override IEnumerable<Task> Synced => [_services.Synced, _pods.Synced, _slices.Synced];

    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        // Slices of a service that is gone are collected with it.
        if (_services.Find(key) is not { Spec: { Selector.Count: > 0, Type: not "ExternalName" } } service)
        {
            _triggers.Forget(key);
            return;
        }

        var existing = _slices.InNamespace(key.Namespace).Where(slice => ServiceOf(slice) == key && slice.Metadata.DeletionTimestamp is null)
            .OrderBy(slice => slice.Metadata.CreationTimestamp).ThenBy(slice => slice.Metadata.Name, StringComparer.Ordinal).ToList();
        if (!_writer.IsSeen(key, existing))
        {
            // The slice that is missing brings the service back when it comes.
            return;
        }

        var selected = _pods.InNamespace(key.Namespace).Where(pod => LabelSelectors.Matches(service.Spec.Selector, pod.Metadata.Labels)).ToList();
        var pods = selected.Where(pod => !pod.IsTerminal() && pod.Status?.PodIP is { Length: > 0 }).ToList();
        var order = existing.SelectMany(slice => slice.Endpoints ?? []).Select((endpoint, index) => (Uid: endpoint.TargetRef?.Uid ?? "", Index: index))
            .DistinctBy(entry => entry.Uid).ToDictionary(entry => entry.Uid, entry => entry.Index);
        var trigger = _triggers.Next(key, service, selected);
        var wanted = pods.GroupBy(pod => ServicePorts.Print(ServicePorts.Of(service, pod)))
            .SelectMany(group => group
                .OrderBy(pod => order.GetValueOrDefault(pod.Metadata.Uid, int.MaxValue)).ThenBy(pod => pod.Metadata.CreationTimestamp).ThenBy(pod => pod.Metadata.Name, StringComparer.Ordinal)
                .Chunk(MaximumEndpoints)
                .Select(chunk => Slice(service, ServicePorts.Of(service, chunk[0]), [.. chunk.Select(pod => Endpoint(service, pod))], trigger)))
            .ToList();
        if (wanted.Count == 0)
        {
            // A service without pods has one empty slice, so that it can be told from one that nobody looked at.
            wanted.Add(Slice(service, null, null, trigger));
        }

        await _writer.WriteAsync(key, existing, wanted, cancellationToken);
    }

    private void OnPod(V1Pod? old, V1Pod? pod)
    {
        var services = _services.InNamespace((pod ?? old)!.Metadata.NamespaceProperty);
        foreach (var service in services.Where(service => service.Spec.Selector is { Count: > 0 } selector
            && ((pod is not null && LabelSelectors.Matches(selector, pod.Metadata.Labels)) || (old is not null && LabelSelectors.Matches(selector, old.Metadata.Labels)))))
        {
            Queue.Add(ObjectKey.Of(service));
        }
    }

    private void OnSlice(V1EndpointSlice? old, V1EndpointSlice? slice)
    {
        if (slice is null)
        {
            _writer.Forget(old!);
        }

        if (ServiceOf((slice ?? old)!) is { } service)
        {
            Queue.Add(service);
        }
    }

    private static ObjectKey? ServiceOf(V1EndpointSlice slice) =>
        slice.Metadata.Labels is { } labels && labels.TryGetValue(ManagedByLabel, out var manager) && manager == ManagedBy && labels.TryGetValue(ServiceLabel, out var name)
            ? new ObjectKey(slice.Metadata.NamespaceProperty, name)
            : null;

    private static V1Endpoint Endpoint(V1Service service, V1Pod pod)
    {
        var serving = service.Spec.PublishNotReadyAddresses == true || pod.IsReady();
        var terminating = pod.Metadata.DeletionTimestamp is not null;
        return new V1Endpoint
        {
            Addresses = [pod.Status.PodIP],
            Conditions = new V1EndpointConditions { Ready = serving && (!terminating || service.Spec.PublishNotReadyAddresses == true), Serving = serving, Terminating = terminating },
            TargetRef = new V1ObjectReference { Kind = "Pod", NamespaceProperty = pod.Metadata.NamespaceProperty, Name = pod.Metadata.Name, Uid = pod.Metadata.Uid },
            NodeName = pod.Spec.NodeName,
        };
    }

    private static V1EndpointSlice Slice(V1Service service, List<Discoveryv1EndpointPort>? ports, List<V1Endpoint>? endpoints, DateTime? trigger)
    {
        var labels = new Dictionary<string, string>(service.Metadata.Labels ?? new Dictionary<string, string>(), StringComparer.Ordinal)
        {
            [ManagedByLabel] = ManagedBy,
            [ServiceLabel] = service.Metadata.Name,
        };
        if (service.Spec.ClusterIP == "None")
        {
            labels[HeadlessLabel] = "";
        }

        return new V1EndpointSlice
        {
            ApiVersion = "discovery.k8s.io/v1",
            Kind = "EndpointSlice",
            Metadata = new V1ObjectMeta
            {
                GenerateName = service.Metadata.Name + "-",
                NamespaceProperty = service.Metadata.NamespaceProperty,
                Labels = labels,
                Annotations = trigger is { } time ? new Dictionary<string, string> { [TriggerAnnotation] = time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) } : null,
                OwnerReferences = [Claims.Reference(service, "v1", "Service")],
            },
            AddressType = "IPv4",
            Endpoints = endpoints,
            Ports = ports,
        };
    }
}
