using System.Net;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.Services;

/// <summary>Plays the cloud: gives each service of type LoadBalancer an address of its own, on which the service proxy listens.</summary>
internal sealed class LoadBalancerController : Controller
{
    private static readonly V1EventSource Source = new() { Component = "service-controller" };

    private readonly IApiClient _client;
    private readonly Informer<V1Service> _services;
    private readonly EventRecorder _events;
    private readonly IPNetwork _range;

    // Given out, and perhaps not yet to be seen in the cache.
    private readonly Dictionary<ObjectKey, string> _given = [];

    public LoadBalancerController(IApiClient client, Informer<V1Service> services, string range, EventRecorder events, TimeProvider time, ILogger logger)
        : base(time, logger)
    {
        _client = client;
        _services = services;
        _events = events;
        _range = IPNetwork.Parse(range);
        services.Changed += (old, service) => Queue.Add(ObjectKey.Of((service ?? old)!));
    }

    protected override IEnumerable<Task> Synced => [_services.Synced];

    /// <summary>One worker only, so that no address is given twice.</summary>
    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_services.Find(key) is not { } service || service.Metadata.DeletionTimestamp is not null)
        {
            _given.Remove(key);
            return;
        }

        var wanted = service.Spec is { Type: "LoadBalancer", LoadBalancerClass: null or "" };
        var has = service.Status?.LoadBalancer?.Ingress is { Count: > 0 };
        if (wanted && !has)
        {
            _events.Record(EventRecorder.Reference(service, "v1", "Service"), Source, "Normal", "EnsuringLoadBalancer", "Ensuring load balancer");
            var status = new V1ServiceStatus
            {
                Conditions = service.Status?.Conditions,
                LoadBalancer = new V1LoadBalancerStatus { Ingress = [new V1LoadBalancerIngress { Ip = _given[key] = FreeAddress(service), IpMode = "VIP" }] },
            };
            await _client.UpdateStatusAsync(service with { Status = status }, cancellationToken);
            _events.Record(EventRecorder.Reference(service, "v1", "Service"), Source, "Normal", "EnsuredLoadBalancer", "Ensured load balancer");
        }
        else if (service.Spec.Type != "LoadBalancer" && has)
        {
            _given.Remove(key);
            await _client.UpdateStatusAsync(service with { Status = new V1ServiceStatus { Conditions = service.Status?.Conditions, LoadBalancer = new V1LoadBalancerStatus() } }, cancellationToken);
        }
    }

    private string FreeAddress(V1Service service)
    {
        var used = _services.Items.SelectMany(other => other.Status?.LoadBalancer?.Ingress ?? []).Select(ingress => ingress.Ip)
            .Concat(_given.Values).Concat(LoopbackAddresses.Taken()).ToHashSet(StringComparer.Ordinal);
        if (service.Spec.LoadBalancerIP is { Length: > 0 } asked && IPAddress.TryParse(asked, out var address) && _range.Contains(address) && !used.Contains(asked))
        {
            return asked;
        }

        var bytes = _range.BaseAddress.GetAddressBytes();
        var first = (uint)((bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3]);
        for (uint offset = 1; offset < (1u << (32 - _range.PrefixLength)) - 1; offset++)
        {
            var candidate = first + offset;
            var text = new IPAddress([(byte)(candidate >> 24), (byte)(candidate >> 16), (byte)(candidate >> 8), (byte)candidate]).ToString();
            if (!used.Contains(text))
            {
                return text;
            }
        }

        throw new InvalidOperationException($"Every load balancer address of {_range} is in use.");
    }
}
