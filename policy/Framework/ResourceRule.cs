using Scalelab.Policy.Protocol;

namespace Scalelab.Policy.Framework;

/// <summary>A rule about a resource, asked before anything is done to it.</summary>
/// <inheritdoc cref="Rule(string, string, string, EnforcementLevel)"/>
internal abstract class ResourceRule(string name, string displayName, string description, EnforcementLevel level = EnforcementLevel.Mandatory)
    : Rule(name, displayName, description, level)
{
    /// <summary>Tells what is wrong with a resource: each message says where, why and what to do instead. Nothing where the rule does not apply.</summary>
    public abstract IEnumerable<string> Check(Resource resource, RuleContext context);

    /// <summary>Why this resource may break the rule; null where it may not. Rules without exceptions do not ask.</summary>
    public virtual string? Reason(Resource resource) => null;
}
