using System.Collections.Concurrent;
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

    // Long enough for the endpoints to follow a pod's deletion on a busy machine. Only an API that hangs makes a pod wait this long.
    private static readonly TimeSpan RemovalLimit = TimeSpan.FromSeconds(10);

    // A client may open a connection and say nothing on it.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);

    private readonly Informer<V1Service> _services;
    private readonly Informer<V1EndpointSlice> _slices;
    private readonly EventRecorder _events;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WorkQueue<ObjectKey> _queue;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<ObjectKey, ServiceListeners> _listeners = new();
    private readonly Connections _connections = new();
    private readonly Backends _backends = new();
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

    /// <summary>
    /// Waits until no service sends new connections to the address of a pod that ends, and until those made before have had a first
    /// answer. Bounded: 10 s for the former, 2 s for the latter.
    /// </summary>
    public async Task WaitUntilDrainedAsync(string address, CancellationToken cancellationToken)
    {
        var wanted = IPAddress.Parse(address);
        if (!await EndsAsync(WaitUntilRemovedAsync, RemovalLimit, cancellationToken))
        {
            _logger.LogWarning("Endpoint {Address} of a pod that ends is still in use by a service after {Limit} s; the pod is stopped nevertheless.", address, RemovalLimit.TotalSeconds);
        }

        if (!await EndsAsync(stop => _backends.WhenAnswered(wanted).WaitAsync(stop), AnswerLimit, cancellationToken))
        {
            _logger.LogDebug("A connection to {Address} has had no answer for {Limit} s; its pod is stopped nevertheless.", address, AnswerLimit.TotalSeconds);
        }

        async Task WaitUntilRemovedAsync(CancellationToken stop)
        {
            while (true)
            {
                var changed = Volatile.Read(ref _changed).Task;
                if (!_listeners.Values.Any(listeners => listeners.SendsTo(wanted)))
                {
                    return;
                }

                await changed.WaitAsync(stop);
            }
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

    /// <summary>False when the limit was over first.</summary>
    private async Task<bool> EndsAsync(Func<CancellationToken, Task> wait, TimeSpan length, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(length, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await wait(linked.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
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
        var slices = _slices.InNamespace(key.Namespace).Where(slice => ServiceOf(slice) == key).ToList();
        var wanted = service is null ? [] : ServicePorts.Wanted(service, slices);
        var leaving = service is null ? [] : ServicePorts.Leaving(service, slices);
        var listeners = _listeners.GetOrAdd(key, _ => new ServiceListeners(_connections, _backends, _time, _logger));
        var problems = await listeners.UpdateAsync(wanted, leaving, service is null ? null : ServicePorts.Affinity(service));
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
}
