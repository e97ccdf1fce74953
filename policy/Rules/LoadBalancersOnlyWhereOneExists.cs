using System.Collections.Immutable;
using Scalelab.Policy.Framework;
using Scalelab.Policy.Kubernetes;

namespace Scalelab.Policy.Rules;

internal sealed class LoadBalancersOnlyWhereOneExists() : ResourceRule(
    "load-balancers-only-where-one-exists",
    "Load balancers only where one exists",
    "A Service of type LoadBalancer is declared only for a target that has a load balancer. Elsewhere it waits for an address for ever.")
{
    private const string ConfigKey = "loadBalancer";

    private static readonly Setting<bool?> Available =
        Setting.Boolean("available", $"Whether the target gives such Services an address. Not set: what the stack's configuration says under '{ConfigKey}'; where that is not set either, they are let through.");

    public override ImmutableArray<Setting> Settings => [Available];

    public override IEnumerable<string> Check(Resource resource, RuleContext context)
    {
        var isAvailable = context.Get(Available) ?? (bool.TryParse(context.Stack.Find(ConfigKey), out var configured) ? configured : true);
        if (!isAvailable && KubernetesObject.Of(resource, "core", "Service") is { } service && service.Spec["type"] is { Text: "LoadBalancer" } type)
        {
            yield return $"{type.Path} is LoadBalancer, but the target has none: the Service would wait for an address for ever. Use NodePort, or set {ConfigKey} to true where there is one.";
        }
    }
}
