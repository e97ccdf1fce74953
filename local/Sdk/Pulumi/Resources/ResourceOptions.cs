using System.Diagnostics.CodeAnalysis;

namespace Pulumi;

/// <summary>How the engine treats a resource.</summary>
[SuppressMessage("Design", "CA1002", Justification = "Pulumi's public API.")]
[SuppressMessage("Usage", "CA2227", Justification = "Pulumi's public API.")]
public abstract class ResourceOptions
{
    /// <summary>Reads the resource that has this id; it is not managed.</summary>
    public Input<string>? Id { get; set; }

    /// <summary>The component it belongs to; the stack where none is given. Provider, protection and transformations are inherited.</summary>
    public Resource? Parent { get; set; }

    /// <summary>Resources that must be there first, besides those its inputs come from.</summary>
    public InputList<Resource> DependsOn { get; set; } = [];

    /// <summary>Refuses to delete it.</summary>
    public bool? Protect { get; set; }

    /// <summary>Paths of inputs whose changes are not applied.</summary>
    public List<string> IgnoreChanges { get; set; } = [];

    /// <summary>The version of the provider to use.</summary>
    public string? Version { get; set; }

    /// <summary>The provider that manages it, and its children of the same package.</summary>
    public ProviderResource? Provider { get; set; }

    public CustomTimeouts? CustomTimeouts { get; set; }

    /// <summary>Run in order before it and each of its children is registered.</summary>
    public List<ResourceTransformation> ResourceTransformations { get; set; } = [];

    /// <summary>Run in order before it and each of its children is registered, after the transformations and once all inputs are there.</summary>
    public List<ResourceTransform> ResourceTransforms { get; set; } = [];

    /// <summary>What it was before: it is taken over, not replaced.</summary>
    public List<Input<Alias>> Aliases { get; set; } = [];

    /// <summary>Reads the resource that has this URN in the stack's state.</summary>
    public string? Urn { get; set; }

    /// <summary>Paths of properties whose changes replace it.</summary>
    public List<string> ReplaceOnChanges { get; set; } = [];

    public string? PluginDownloadURL { get; set; }

    /// <summary>Forgets it instead of deleting it.</summary>
    public bool? RetainOnDelete { get; set; }

    /// <summary>Deleting this resource deletes it too: the provider need not be asked.</summary>
    public Resource? DeletedWith { get; set; }

    /// <summary>Replacing one of these replaces it too.</summary>
    public InputList<Resource> ReplaceWith { get; set; } = [];

    /// <summary>Code to run before and after operations on it.</summary>
    public ResourceHookBinding Hooks { get; set; } = new();

    /// <summary>Paths of properties whose changes are applied but not shown.</summary>
    public List<string> HideDiffs { get; set; } = [];

    /// <summary>Another value than last time replaces it.</summary>
    public Input<object>? ReplacementTrigger { get; set; }

    internal abstract ResourceOptions Clone();

    private protected void CopyFrom(ResourceOptions? other)
    {
        if (other != null)
        {
            Merge(other);
            DependsOn = other.DependsOn.Clone();
            ReplaceWith = other.ReplaceWith.Clone();
            Hooks = other.Hooks.Clone();
            CustomTimeouts = other.CustomTimeouts?.Clone();
        }
    }

    /// <summary>Takes over what <paramref name="other"/> says; lists are appended.</summary>
    private protected void Merge(ResourceOptions other)
    {
        Id = other.Id ?? Id;
        Parent = other.Parent ?? Parent;
        Protect = other.Protect ?? Protect;
        Version = other.Version ?? Version;
        Provider = other.Provider ?? Provider;
        CustomTimeouts = other.CustomTimeouts ?? CustomTimeouts;
        Urn = other.Urn ?? Urn;
        PluginDownloadURL = other.PluginDownloadURL ?? PluginDownloadURL;
        RetainOnDelete = other.RetainOnDelete ?? RetainOnDelete;
        DeletedWith = other.DeletedWith ?? DeletedWith;
        ReplacementTrigger = other.ReplacementTrigger ?? ReplacementTrigger;
        DependsOn = DependsOn.Concat(other.DependsOn);
        ReplaceWith = ReplaceWith.Concat(other.ReplaceWith);
        IgnoreChanges.AddRange(other.IgnoreChanges);
        ResourceTransformations.AddRange(other.ResourceTransformations);
        ResourceTransforms.AddRange(other.ResourceTransforms);
        Hooks = Hooks.Concat(other.Hooks);
        Aliases.AddRange(other.Aliases);
        ReplaceOnChanges.AddRange(other.ReplaceOnChanges);
        HideDiffs.AddRange(other.HideDiffs);
    }
}
