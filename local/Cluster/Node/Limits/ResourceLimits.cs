using k8s.Models;

namespace Scalelab.Cluster.Node.Limits;

/// <summary>What a container may use; null where nothing is said.</summary>
/// <param name="CpuLimit">Thousandths of a core that it may use at most.</param>
/// <param name="CpuRequest">Thousandths of a core that it is promised; decides how containers share a busy machine.</param>
/// <param name="MemoryLimit">Bytes that it may use at most.</param>
internal sealed record ResourceLimits(long? CpuLimit, long? CpuRequest, long? MemoryLimit)
{
    public static ResourceLimits Of(V1Container container)
    {
        var limits = container.Resources?.Limits;
        var requests = container.Resources?.Requests;

        // Fractions of a thousandth and of a byte are rounded up, as everywhere in Kubernetes.
        return new ResourceLimits(Amount(limits, "cpu", 1000), Amount(requests, "cpu", 1000), Amount(limits, "memory", 1));
    }

    private static long? Amount(IDictionary<string, ResourceQuantity>? amounts, string name, int factor) =>
        amounts is not null && amounts.TryGetValue(name, out var quantity) && quantity.ToDecimal() is > 0 and var value
            ? (long)Math.Min(Math.Ceiling(value * factor), long.MaxValue / 2)
            : null;
}
