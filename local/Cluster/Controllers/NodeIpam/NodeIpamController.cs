using System.Globalization;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.NodeIpam;

/// <summary>Gives nodes that others have registered a range for the addresses of their pods, once they have reported. The cluster's own bring theirs.</summary>
internal sealed class NodeIpamController : Controller
{
    private const int Ranges = 256;

    private readonly IApiClient _client;
    private readonly Informer<V1Node> _nodes;
    private readonly ClusterOptions _options;

    // Given out, and perhaps not yet to be seen in the cache.
    private readonly Dictionary<ObjectKey, string> _given = [];

    public NodeIpamController(IApiClient client, Informer<V1Node> nodes, ClusterOptions options, TimeProvider time, ILogger logger)
        : base(time, logger)
    {
        _client = client;
        _nodes = nodes;
        _options = options;
        nodes.Changed += (old, node) => Queue.Add(ObjectKey.Of((node ?? old)!));
    }

    protected override IEnumerable<Task> Synced => [_nodes.Synced];

    /// <summary>One worker only, so that no range is given twice.</summary>
    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_nodes.Find(key) is not { Metadata.DeletionTimestamp: null } node)
        {
            _given.Remove(key);
            return;
        }

        if (node.Spec?.PodCIDR is not { Length: > 0 } && node.Status?.Capacity is { Count: > 0 })
        {
            var range = _given[key] = FreeRange();
            await _client.UpdateAsync(node with { Spec = (node.Spec ?? new V1NodeSpec()) with { PodCIDR = range, PodCIDRs = [range] } }, cancellationToken);
        }
    }

    private string FreeRange()
    {
        var used = _nodes.Items.Select(node => node.Spec?.PodCIDR).Concat(_given.Values).Concat(Enumerable.Range(0, _options.Nodes).Select(Range)).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(0, Ranges).Select(Range).FirstOrDefault(range => !used.Contains(range))
            ?? throw new InvalidOperationException($"Every range for pods of {_options.PodNetwork}.0.0/16 is in use; delete nodes that are no more.");
    }

    private string Range(int index) => string.Create(CultureInfo.InvariantCulture, $"{_options.PodNetwork}.{index}.0/24");
}
