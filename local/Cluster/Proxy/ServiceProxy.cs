using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Controllers;

namespace Scalelab.Cluster.Proxy;

/// <summary>
/// Makes services answer: listens on their cluster addresses, node ports and load balancer addresses, and passes each connection on to
/// the next of their ready endpoints. TCP only.
/// </summary>
internal sealed class ServiceProxy : IAsyncDisposable
{
    private static readonly TimeSpan BindRetry = TimeSpan.FromSeconds(5);

    // Long enough for the endpoints to follow a pod's deletion; a pod without readiness elsewhere is not held back longer.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(1);

    private readonly Informer<V1Service> _services;
    private readonly Informer<V1EndpointSlice> _slices;
    private readonly EventRecorder _events;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WorkQueue<ObjectKey> _queue;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<ObjectKey, ServiceListeners> _listeners = new();
    private readonly Connections _connections = new();
    private Task _worker = Task.CompletedTask;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServiceProxy(Informer<V1Service> services, Informer<V1EndpointSlice> slices, EventRecorder events, TimeProvider time, ILogger logger)
    {
        _services = services;
        _slices = slices;
        _events = events;
        _time = time;
        _logger = logger;
        _queue = new WorkQueue<ObjectKey>(time);
        services.Changed += (old, service) => _queue.Add(ObjectKey.Of((service ?? old)!));
        slices.Changed += (old, slice) =>
        {
            if (ServiceOf((slice ?? old)!) is { } key)
            {
                _queue.Add(key);
            }
        };
    }

    /// <summary>Starts to follow the services; returns at once.</summary>
    public void Start() => _worker = WorkAsync(_stop.Token);

    /// <summary>Waits until no service sends new connections to an address; not longer than a second.</summary>
    public async Task WaitUntilDrainedAsync(string address, CancellationToken cancellationToken)
    {
        var wanted = IPAddress.Parse(address);
        using var limit = new CancellationTokenSource(DrainLimit, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            while (true)
            {
                var changed = Volatile.Read(ref _changed).Task;
                if (!_listeners.Values.Any(listeners => listeners.SendsTo(wanted)))
                {
                    return;
                }

                await changed.WaitAsync(linked.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _logger.LogDebug("Endpoint {Address} is still in use by a service after {Limit} s.", address, DrainLimit.TotalSeconds);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _worker;
        foreach (var listeners in _listeners.Values)
        {
            await listeners.DisposeAsync();
        }

        await _connections.DisposeAsync();
        _queue.Dispose();
        _stop.Dispose();
    }

    private static ObjectKey? ServiceOf(V1EndpointSlice slice) =>
        slice.Metadata.Labels?.TryGetValue("kubernetes.io/service-name", out var name) == true ? new ObjectKey(slice.Metadata.NamespaceProperty, name) : null;

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(_services.Synced, _slices.Synced).WaitAsync(cancellationToken);
            while (true)
            {
                var key = await _queue.TakeAsync(cancellationToken);
                try
                {
                    await SyncAsync(key);
                }
                catch (Exception exception)
                {
                    _logger.LogError(exception, "Following service {Service} failed.", key);
                    _queue.AddAfter(key, BindRetry);
                }
                finally
                {
                    _queue.Done(key);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task SyncAsync(ObjectKey key)
    {
        var service = _services.Find(key);
        var wanted = service is null ? [] : Wanted(service);
        var listeners = _listeners.GetOrAdd(key, _ => new ServiceListeners(_connections, _time, _logger));
        var problems = await listeners.UpdateAsync(wanted);
        if (wanted.Count == 0 && _listeners.TryRemove(key, out _))
        {
            await listeners.DisposeAsync();
        }

        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        foreach (var problem in problems)
        {
            _events.Record(EventRecorder.Reference(service!, "v1", "Service"), new V1EventSource { Component = "kube-proxy" }, "Warning", "FailedToListen", problem);
        }

        if (problems.Count > 0)
        {
            _queue.AddAfter(key, BindRetry);
        }
    }

    private Dictionary<IPEndPoint, ImmutableArray<IPEndPoint>> Wanted(V1Service service)
    {
        var wanted = new Dictionary<IPEndPoint, ImmutableArray<IPEndPoint>>();
        foreach (var port in service.Spec.Ports ?? [])
        {
            if (port.Protocol is not (null or "TCP"))
            {
                continue;
            }

            var endpoints = Endpoints(service, port);
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

    private ImmutableArray<IPEndPoint> Endpoints(V1Service service, V1ServicePort port)
    {
        var endpoints = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (var slice in _slices.InNamespace(service.Metadata.NamespaceProperty).Where(slice => ServiceOf(slice)?.Name == service.Metadata.Name))
        {
            var target = slice.Ports?.FirstOrDefault(one => (one.Name ?? "") == (port.Name ?? ""))?.Port;
            if (target is not { } number)
            {
                continue;
            }

            foreach (var endpoint in slice.Endpoints ?? [])
            {
                if (endpoint.Conditions?.Ready != false && IPAddress.TryParse(endpoint.Addresses.FirstOrDefault(), out var address))
                {
                    endpoints.Add(new IPEndPoint(address, number));
                }
            }
        }

        return [.. endpoints.Distinct()];
    }
}
