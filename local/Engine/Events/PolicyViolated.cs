namespace Scalelab.Engine.Events;

/// <summary>How much weight a violation has.</summary>
public enum PolicyLevel
{
    /// <summary>It is shown.</summary>
    Advisory,

    /// <summary>It fails the preview or update.</summary>
    Mandatory,
}

/// <summary>A resource, or the stack as a whole, breaks a rule of a policy pack.</summary>
/// <param name="Urn">The resource; the stack's where the rule is about no single one.</param>
/// <param name="Level">How much weight it has.</param>
/// <param name="Rule">The rule's name.</param>
/// <param name="Pack">The pack's name.</param>
/// <param name="PackVersion">The pack's version; may be empty.</param>
/// <param name="Message">What is wrong and what to do instead.</param>
public sealed record PolicyViolated(Urn Urn, PolicyLevel Level, string Rule, string Pack, string PackVersion, string Message) : EngineEvent;
