using System.Collections.Immutable;
using Scalelab.Engine.Properties;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>A resource as the program wants it.</summary>
internal sealed record Goal
{
    public required string Type { get; init; }

    public required string Name { get; init; }

    public required bool Custom { get; init; }

    public Urn? Parent { get; init; }

    public PropertyMap Inputs { get; init; } = PropertyMap.Empty;

    public bool Protect { get; init; }

    public ImmutableArray<Urn> Dependencies { get; init; } = [];

    public ImmutableSortedDictionary<string, ImmutableArray<Urn>> PropertyDependencies { get; init; } = ImmutableSortedDictionary<string, ImmutableArray<Urn>>.Empty;

    /// <summary>Null: the package's default provider.</summary>
    public ProviderReference? Provider { get; init; }

    /// <summary>Of the package; part of the default provider's name.</summary>
    public string Version { get; init; } = "";

    /// <summary>Null: as the provider thinks best.</summary>
    public bool? DeleteBeforeReplace { get; init; }

    public ImmutableArray<PropertyPath> IgnoreChanges { get; init; } = [];

    public ImmutableArray<PropertyPath> ReplaceOnChanges { get; init; } = [];

    public ImmutableArray<string> AdditionalSecretOutputs { get; init; } = [];

    public ImmutableArray<Alias> Aliases { get; init; } = [];

    public CustomTimeouts? CustomTimeouts { get; init; }

    public bool RetainOnDelete { get; init; }

    /// <summary>The resource with this id exists already and is to be taken over.</summary>
    public string? ImportId { get; init; }

    /// <summary>When that one is deleted, this one is gone with it.</summary>
    public Urn? DeletedWith { get; init; }

    /// <summary>When one of these is replaced, so is this one.</summary>
    public ImmutableArray<Urn> ReplaceWith { get; init; } = [];

    /// <summary>When this value changes, the resource is replaced.</summary>
    public PropertyValue? ReplacementTrigger { get; init; }

    /// <summary>Differences here are made, and not shown.</summary>
    public ImmutableArray<PropertyPath> HideDiffs { get; init; } = [];

    /// <summary>Everything that must be there before this resource, its provider aside.</summary>
    public IEnumerable<Urn> AllDependencies => Dependencies
        .Concat(PropertyDependencies.SelectMany(dependency => dependency.Value))
        .Concat(ReplaceWith)
        .Concat(DeletedWith is { } owner ? [owner] : []);
}

/// <summary>What a resource was called before: a whole URN, or the parts that were different.</summary>
internal sealed record Alias(Urn? Urn, string? Name, string? Type, string? Stack, string? Project, Urn? Parent, bool NoParent);
