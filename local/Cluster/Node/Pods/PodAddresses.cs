using System.Globalization;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>
/// The addresses of one node's pods, <c>127.10.n.1</c> to <c>.254</c>, each given out as long after its last use as possible, and none
/// that another process of the machine listens on.
/// </summary>
internal sealed class PodAddresses(string network, int node)
{
    private readonly Lock _lock = new();
    private readonly HashSet<int> _used = [];
    private int _last;

    /// <summary>A free address; null when all are taken.</summary>
    public string? Take()
    {
        var taken = LoopbackAddresses.Taken();
        lock (_lock)
        {
            for (var tries = 0; tries < 254; tries++)
            {
                _last = (_last % 254) + 1;
                var address = string.Create(CultureInfo.InvariantCulture, $"{network}.{node}.{_last}");
                if (!taken.Contains(address) && _used.Add(_last))
                {
                    return address;
                }
            }

            return null;
        }
    }

    /// <summary>Takes an address that a pod has already. One of another node's is none of this node's business.</summary>
    public void Claim(string address)
    {
        if (IsOwn(address))
        {
            lock (_lock)
            {
                _used.Add(Last(address));
            }
        }
    }

    public void Return(string address)
    {
        if (IsOwn(address))
        {
            lock (_lock)
            {
                _used.Remove(Last(address));
            }
        }
    }

    private static int Last(string address) => int.Parse(address.AsSpan(address.LastIndexOf('.') + 1), CultureInfo.InvariantCulture);

    private bool IsOwn(string address) => address.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{network}.{node}."), StringComparison.Ordinal);
}
