using System.Collections.Immutable;
using Scalelab.Policy.Framework;
using Scalelab.Policy.Kubernetes;

namespace Scalelab.Policy.Rules;

internal sealed class ContainersHaveRequestsAndLimits() : PodRule(
    "containers-have-requests-and-limits",
    "Containers have requests and limits",
    "Every container requests the CPU and memory that it needs, and has limits that are not below. Requests are what pods are placed by; without limits one pod starves the rest of its node.")
{
    private static readonly Setting<ImmutableArray<string>> Resources = Setting.Texts("resources", "What must be requested and limited.", "cpu", "memory");

    public override ImmutableArray<Setting> Settings => [Resources];

    protected override IEnumerable<string> Check(PodTemplate pods, RuleContext context) =>
        pods.All.SelectMany(container => Missing(container, context.Get(Resources)).Concat(Disordered(container)));

    private static IEnumerable<string> Missing(Container container, ImmutableArray<string> resources)
    {
        foreach (var resource in resources)
        {
            if (container.Requests[resource] is { IsAbsent: true } request)
            {
                yield return $"{request.Path} is not set: the scheduler takes the container for one that needs no {resource}, and puts any number of its pods on one node. Set it to what the container needs.";
            }

            if (container.Limits[resource] is { IsAbsent: true } limit)
            {
                yield return $"{limit.Path} is not set: the container may take all {resource} of its node from the others. Set it to the most that the container may use.";
            }
        }
    }

    private static IEnumerable<string> Disordered(Container container)
    {
        foreach (var (resource, limit) in container.Limits.Entries)
        {
            var request = container.Requests[resource];
            if (Quantity.Read(limit) is { } most && Quantity.Read(request) is { } least && most < least)
            {
                yield return $"{limit.Path} is {limit}, below the request of {request}: no cluster takes that. Raise the limit or lower the request.";
            }
        }
    }
}
