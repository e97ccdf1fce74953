using System.Collections.Concurrent;
using System.Net;

namespace Scalelab.Cluster.Proxy;

/// <summary>Which endpoint each client went to last: a service's <c>sessionAffinity: ClientIP</c>.</summary>
/// <param name="timeout">How long that counts after the client's last connection; Kubernetes' default is three hours.</param>
internal sealed class ClientAffinity(TimeSpan timeout, TimeProvider time)
{
    // Far more clients than one machine has addresses in use.
    private const int Maximum = 4096;

    private readonly ConcurrentDictionary<IPAddress, (IPEndPoint Endpoint, long Last)> _clients = new();

    public TimeSpan Timeout { get; } = timeout;

    public IPEndPoint? Find(IPAddress client) =>
        _clients.TryGetValue(client, out var entry) && time.GetElapsedTime(entry.Last) < Timeout ? entry.Endpoint : null;

    public void Remember(IPAddress client, IPEndPoint endpoint)
    {
        if (_clients.Count >= Maximum)
        {
            foreach (var old in _clients.Where(entry => time.GetElapsedTime(entry.Value.Last) >= Timeout).Select(entry => entry.Key).DefaultIfEmpty(_clients.Keys.First()))
            {
                _clients.TryRemove(old, out _);
            }
        }

        _clients[client] = (endpoint, time.GetTimestamp());
    }
}
