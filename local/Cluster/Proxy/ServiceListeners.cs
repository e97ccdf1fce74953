using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Scalelab.Cluster.Proxy;

/// <summary>The open ports of one service.</summary>
internal sealed class ServiceListeners(Connections connections, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly Dictionary<IPEndPoint, PortListener> _open = [];

    /// <summary>Opens and closes ports until they are the wanted ones, each with its endpoints; what could not be opened is told in words.</summary>
    public async Task<IReadOnlyList<string>> UpdateAsync(Dictionary<IPEndPoint, ImmutableArray<IPEndPoint>> wanted)
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
                    continue;
                }

                try
                {
                    _open[address] = PortListener.Open(address, endpoints, connections, time, logger);
                }
                catch (SocketException exception)
                {
                    problems.Add($"cannot listen on {address}: {exception.Message}; it is tried again every 5 s");
                }
            }
        }

        return problems;
    }

    public bool SendsTo(IPAddress address)
    {
        lock (_open)
        {
            return _open.Values.Any(listener => listener.Endpoints.Any(endpoint => endpoint.Address.Equals(address)));
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
