using Scalelab.Policy.Protocol;

namespace Scalelab.Policy.Framework;

/// <summary>What a rule found.</summary>
internal abstract record Verdict(Rule Rule, Resource Resource);

/// <summary>A resource breaks a rule.</summary>
internal sealed record Violation(Rule Rule, EnforcementLevel Level, Resource Resource, string Message) : Verdict(Rule, Resource);

/// <summary>A resource breaks a rule and says why it must.</summary>
internal sealed record Exempt(Rule Rule, Resource Resource, string Reason) : Verdict(Rule, Resource);
