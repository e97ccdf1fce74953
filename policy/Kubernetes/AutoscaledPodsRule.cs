using Scalelab.Policy.Framework;
using Scalelab.Policy.Protocol;

namespace Scalelab.Policy.Kubernetes;

/// <summary>
/// A rule about an autoscaler and the pods that it scales. It is asked about the pair as soon as the second of the two is declared, in
/// either order, so that the mistake is found before that one is deployed.
/// </summary>
/// <inheritdoc cref="Rule(string, string, string, EnforcementLevel)"/>
internal abstract class AutoscaledPodsRule(string name, string displayName, string description) : ResourceRule(name, displayName, description)
{
    public sealed override IEnumerable<string> Check(Resource resource, RuleContext context)
    {
        if (Autoscaler.Of(resource) is { } autoscaler)
        {
            return context.Seen.Select(PodTemplate.Of).OfType<PodTemplate>().Where(autoscaler.Scales).SelectMany(pods => Check(autoscaler, pods, context));
        }

        return PodTemplate.Of(resource) is { } pods
            ? context.Seen.Select(Autoscaler.Of).OfType<Autoscaler>().Where(autoscaler => autoscaler.Scales(pods)).SelectMany(autoscaler => Check(autoscaler, pods, context))
            : [];
    }

    protected abstract IEnumerable<string> Check(Autoscaler autoscaler, PodTemplate pods, RuleContext context);
}
