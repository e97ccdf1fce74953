using System.Collections.Immutable;
using Scalelab.Policy.Protocol;

namespace Scalelab.Policy.Framework;

/// <summary>One rule of the pack. Rules hold no state: what they may remember of an update is in <see cref="RuleContext"/>.</summary>
/// <param name="name">Its name in configuration and messages, in kebab-case and as a sentence: what good resources do.</param>
/// <param name="displayName">The same for people.</param>
/// <param name="description">What it asks for, and why.</param>
/// <param name="level">How much weight a violation has unless configured otherwise.</param>
internal abstract class Rule(string name, string displayName, string description, EnforcementLevel level)
{
    /// <summary>Annotations that give a reason start with this, followed by the name of the rule that they make an exception from.</summary>
    public const string ReasonPrefix = "policy.scalelab/";

    public string Name { get; } = name;

    public string DisplayName { get; } = displayName;

    public string Description { get; } = description;

    public EnforcementLevel Level { get; } = level;

    /// <summary>What can be configured.</summary>
    public virtual ImmutableArray<Setting> Settings => [];

    /// <summary>The annotation that, with a reason as its value, makes an exception from this rule.</summary>
    public string ReasonAnnotation => ReasonPrefix + Name;
}
