using System.Collections.Immutable;
using Scalelab.Policy.Framework;
using Scalelab.Policy.Kubernetes;

namespace Scalelab.Policy.Rules;

internal sealed class NodePortsInRange() : ResourceRule(
    "node-ports-in-range",
    "Node ports are in the cluster's range",
    "A node port lies in the range that the cluster hands out (--service-node-port-range); any other is refused when the Service is applied, after the rest is deployed.")
{
    private static readonly Setting<int> Lowest = Setting.Integer("lowest", "The first port of the cluster's range.", fallback: 30000, min: 1, max: 65535);
    private static readonly Setting<int> Highest = Setting.Integer("highest", "The last port of the cluster's range.", fallback: 32767, min: 1, max: 65535);

    public override ImmutableArray<Setting> Settings => [Lowest, Highest];

    public override IEnumerable<string> Check(Resource resource, RuleContext context)
    {
        var (lowest, highest) = (context.Get(Lowest), context.Get(Highest));
        if (KubernetesObject.Of(resource, "core", "Service") is not { } service)
        {
            yield break;
        }

        foreach (var port in service.Spec["ports"].Items.Select(port => port["nodePort"]).Append(service.Spec["healthCheckNodePort"]))
        {
            // Zero asks for any port, like none at all.
            if (port.Number is { } number && number != 0 && (number < lowest || number > highest))
            {
                yield return $"{port.Path} is {port}, outside the cluster's range {lowest} to {highest}. Take one inside, or leave it out and get a free one.";
            }
        }
    }
}
