using Scalelab.Policy.Protocol;

namespace Scalelab.Policy.Framework;

/// <summary>A rule about all resources of a stack together, asked at the end of a preview or update that went well.</summary>
/// <inheritdoc cref="Rule(string, string, string, EnforcementLevel)"/>
internal abstract class StackRule(string name, string displayName, string description, EnforcementLevel level = EnforcementLevel.Mandatory)
    : Rule(name, displayName, description, level)
{
    /// <summary>Tells what is wrong, and which resource it concerns most.</summary>
    public abstract IEnumerable<(Resource Resource, string Message)> Check(IReadOnlyList<Resource> resources, RuleContext context);

    /// <inheritdoc cref="ResourceRule.Reason"/>
    public virtual string? Reason(Resource resource) => null;
}
