using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Scalelab.Cluster.Proxy;

/// <summary>The open ports of one service.</summary>
internal sealed class ServiceListeners(Connections connections, Backends backends, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly Dictionary<IPEndPoint, PortListener> _open = [];
    private ImmutableHashSet<IPAddress> _leaving = [];

    /// <summary>Opens and closes ports until they are the wanted ones, each with its endpoints; what could not be opened is told in words.</summary>
    /// <param name="leaving">The addresses of those endpoints that are taken out as soon as their pods begin to end.</param>
    /// <param name="affinity">How long a client stays with an endpoint; null where it does not.</param>
    public async Task<IReadOnlyList<string>> UpdateAsync(
        Dictionary<IPEndPoint, ImmutableArray<IPEndPoint>> wanted, ImmutableHashSet<IPAddress> leaving, TimeSpan? affinity)
    {
        List<PortListener> closed;
        lock (_open)
        {
            closed = [.. _open.Where(entry => !wanted.ContainsKey(entry.Key)).Select(entry => entry.Value)];
            foreach (var listener in closed)
            {
                _open.Remove(listener.Address);
            }
        }

        foreach (var listener in closed)
        {
            await listener.DisposeAsync();
        }

        var problems = new List<string>();
        lock (_open)
        {
            foreach (var (address, endpoints) in wanted)
            {
                if (_open.TryGetValue(address, out var listener))
                {
                    listener.Endpoints = endpoints;
                    SetAffinity(listener, affinity);
                    continue;
                }

                try
                {
                    _open[address] = listener = PortListener.Open(address, endpoints, connections, backends, time, logger);
                    SetAffinity(listener, affinity);
                }
                catch (SocketException exception)
                {
                    problems.Add($"cannot listen on {address}: {exception.Message}; it is tried again every 5 s");
                }
            }

            _leaving = leaving;
        }

        return problems;
    }

    /// <summary>Whether new connections go to an address which they will not go to any more once its pod begins to end.</summary>
    public bool SendsTo(IPAddress address)
    {
        lock (_open)
        {
            return _open.Count > 0 && _leaving.Contains(address);
        }
    }

    private void SetAffinity(PortListener listener, TimeSpan? affinity)
    {
        if (listener.Affinity?.Timeout != affinity)
        {
            listener.Affinity = affinity is { } timeout ? new ClientAffinity(timeout, time) : null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<PortListener> listeners;
        lock (_open)
        {
            listeners = [.. _open.Values];
            _open.Clear();
        }

        foreach (var listener in listeners)
        {
            await listener.DisposeAsync();
        }
    }
}
