using System.Collections.Immutable;

namespace Scalelab.Policy.Framework;

/// <summary>Rules under one name.</summary>
internal sealed record PolicyPack
{
    public required string Name { get; init; }

    public required string DisplayName { get; init; }

    public required string Description { get; init; }

    /// <summary>Semantic.</summary>
    public required string Version { get; init; }

    public required ImmutableArray<Rule> Rules { get; init; }

    /// <summary>The rule of this name; null where there is none.</summary>
    public Rule? Find(string name) => Rules.FirstOrDefault(rule => rule.Name == name);
}
