using Scalelab.Policy.Framework;
using Scalelab.Policy.Protocol;

namespace Scalelab.Policy.Kubernetes;

/// <summary>A rule about pods, whatever kind makes them.</summary>
/// <inheritdoc cref="Rule(string, string, string, EnforcementLevel)"/>
internal abstract class PodRule(string name, string displayName, string description, EnforcementLevel level = EnforcementLevel.Mandatory)
    : ResourceRule(name, displayName, description, level)
{
    public sealed override IEnumerable<string> Check(Resource resource, RuleContext context) => PodTemplate.Of(resource) is { } pods ? Check(pods, context) : [];

    protected abstract IEnumerable<string> Check(PodTemplate pods, RuleContext context);
}
