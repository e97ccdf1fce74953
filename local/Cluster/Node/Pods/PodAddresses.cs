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

    public void Return(string address)
    {
        lock (_lock)
        {
            _used.Remove(int.Parse(address.AsSpan(address.LastIndexOf('.') + 1), CultureInfo.InvariantCulture));
        }
    }
}
