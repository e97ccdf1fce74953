using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.State;

/// <summary>One resource as the state file records it (the CLI's ResourceV3). Never changed in place.</summary>
internal sealed record ResourceState
{
    public required Urn Urn { get; init; }

    /// <summary>A provider manages it; false for components and the stack.</summary>
    public required bool Custom { get; init; }

    /// <summary>Replaced already, still to be deleted.</summary>
    public bool Delete { get; init; }

    public string? Id { get; init; }

    public string Type => Urn.Type;

    public PropertyMap Inputs { get; init; } = PropertyMap.Empty;

    public PropertyMap Outputs { get; init; } = PropertyMap.Empty;

    public Urn? Parent { get; init; }

    public bool Protect { get; init; }

    /// <summary>Somebody asked for this resource to be replaced by the next update.</summary>
    public bool Taint { get; init; }

    /// <summary>Read, not managed.</summary>
    public bool External { get; init; }

    public ImmutableArray<Urn> Dependencies { get; init; } = [];

    /// <summary>Why the resource exists but did not become ready. The next update tries again.</summary>
    public ImmutableArray<string> InitErrors { get; init; } = [];

    /// <summary>URN::ID of the provider resource; null for components.</summary>
    public string? Provider { get; init; }

    /// <summary>By input; an input that is absent depends on nothing.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<Urn>> PropertyDependencies { get; init; } = ImmutableSortedDictionary<string, ImmutableArray<Urn>>.Empty;

    /// <summary>Deleted already, still to be created anew.</summary>
    public bool PendingReplacement { get; init; }

    public ImmutableArray<string> AdditionalSecretOutputs { get; init; } = [];

    public CustomTimeouts? CustomTimeouts { get; init; }

    public bool RetainOnDelete { get; init; }

    public ImmutableArray<string> IgnoreChanges { get; init; } = [];

    public ImmutableArray<string> ReplaceOnChanges { get; init; } = [];

    /// <summary>The id that an import was asked to take over.</summary>
    public string? ImportId { get; init; }

    /// <summary>When that resource goes, this one goes along without a deletion of its own.</summary>
    public Urn? DeletedWith { get; init; }

    /// <summary>When one of these is replaced, so is this one.</summary>
    public ImmutableArray<Urn> ReplaceWith { get; init; } = [];

    /// <summary>The resource is replaced whenever this value changes.</summary>
    public PropertyValue? ReplacementTrigger { get; init; }

    public Timestamp? Created { get; init; }

    public Timestamp? Modified { get; init; }

    /// <summary>What the file says beyond the above; kept, so that nothing of another engine's state is lost.</summary>
    public JsonObject? Extra { get; init; }

    /// <summary>Everything that must exist before this resource and must outlive it.</summary>
    public IEnumerable<Urn> AllDependencies =>
        Dependencies
            .Concat(PropertyDependencies.SelectMany(dependency => dependency.Value))
            .Concat(Parent is { } parent ? [parent] : [])
            .Concat(DeletedWith is { } owner ? [owner] : [])
            .Concat(ReplaceWith)
            .Concat(ProviderReference.TryParse(Provider, out var provider) ? [provider.Urn] : [])
            .Distinct();

    /// <summary>Whether the two would be written the same, times aside.</summary>
    public bool SameAs(ResourceState other) =>
        Urn == other.Urn && Custom == other.Custom && Delete == other.Delete && Id == other.Id && Parent == other.Parent && Protect == other.Protect
        && Taint == other.Taint && External == other.External && Provider == other.Provider && PendingReplacement == other.PendingReplacement
        && RetainOnDelete == other.RetainOnDelete && CustomTimeouts == other.CustomTimeouts
        && ImportId == other.ImportId && DeletedWith == other.DeletedWith && Equals(ReplacementTrigger, other.ReplacementTrigger)
        && ReplaceWith.SequenceEqual(other.ReplaceWith)
        && Dependencies.SequenceEqual(other.Dependencies)
        && InitErrors.SequenceEqual(other.InitErrors)
        && AdditionalSecretOutputs.SequenceEqual(other.AdditionalSecretOutputs)
        && IgnoreChanges.SequenceEqual(other.IgnoreChanges)
        && ReplaceOnChanges.SequenceEqual(other.ReplaceOnChanges)
        && PropertyDependencies.Count == other.PropertyDependencies.Count
        && PropertyDependencies.All(dependency => other.PropertyDependencies.TryGetValue(dependency.Key, out var urns) && dependency.Value.SequenceEqual(urns))
        && Inputs.Equals(other.Inputs)
        && Outputs.Equals(other.Outputs)
        && JsonNode.DeepEquals(Extra, other.Extra);
}
