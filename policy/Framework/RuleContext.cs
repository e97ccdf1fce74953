namespace Scalelab.Policy.Framework;

/// <summary>What a rule may know besides the resource.</summary>
/// <param name="Configuration">The rule's own level and settings.</param>
/// <param name="Stack">The stack that is updated.</param>
/// <param name="Seen">The resources that this update has declared so far, the one in question included, in no particular order.</param>
internal sealed record RuleContext(RuleConfiguration Configuration, StackInfo Stack, IEnumerable<Resource> Seen)
{
    public T Get<T>(Setting<T> setting) => Configuration.Get(setting);
}
