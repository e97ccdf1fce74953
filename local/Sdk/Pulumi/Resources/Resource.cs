using System.Collections.Immutable;
using Pulumi.Serialization;

namespace Pulumi;

/// <summary>Something the engine keeps in the stack's state. Constructing one declares it.</summary>
public class Resource
{
    private readonly string _type;
    private readonly string _name;
    private readonly bool? _protect;
    private readonly Resource? _parent;
    private readonly ImmutableArray<ResourceTransformation> _transformations = [];
    private readonly ImmutableDictionary<string, ProviderResource> _providers = ImmutableDictionary<string, ProviderResource>.Empty;
    private readonly Lock _childrenLock = new();
    private readonly HashSet<Resource> _children = [];

    private protected Resource(
        string type, string name, ResourceArgs args, ResourceOptions options, bool remote, RegisterPackageRequest? registerPackageRequest)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var deployment = Deployment.CurrentOrThrow;
        _type = type;
        _name = name;

        // Before anybody else can see the resource: parents and transformations may read its outputs.
        PendingOutputs = ResourceOutputs.Assign(this, fillComponent: remote || options.Urn != null);

        try
        {
            // What exists already and is only read is not the stack's child.
            _parent = options.Parent ?? (_type == Stack.TypeToken || options.Urn != null ? null : deployment.Stack);
            (_transformations, args, options) = Transform(args, options.Clone());
            (_protect, _providers) = Inherit(options);
            OwnTransforms = [.. options.ResourceTransforms];
            CallSettings = (this is CustomResource ? options.Provider : null, options.Version, options.PluginDownloadURL);
        }
        catch
        {
            // Nobody will register it: who waits for its outputs must not wait for ever.
            PendingOutputs.SetRest(isKnown: false);
            throw;
        }

        options.Parent?.AddChild(this);
        deployment.ReadOrRegister(this, remote, args, options, registerPackageRequest);
    }

    /// <summary>A resource that is only known by its URN; nothing is declared.</summary>
    private protected Resource()
    {
        _type = "";
        _name = "";
        PendingOutputs = ResourceOutputs.None;
    }

    [Output(WireNames.Urn)]
    public Output<string> Urn { get; private protected set; } = null!;

    /// <summary>The transforms of this resource, which its children inherit.</summary>
    internal ImmutableArray<ResourceTransform> OwnTransforms { get; } = [];

    /// <summary>All transforms that apply to it: its own first, the stack's last.</summary>
    internal IEnumerable<ResourceTransform> Transforms
        => OwnTransforms.Concat(_parent?.Transforms ?? []);

    /// <summary>How a method of this resource is called.</summary>
    internal (ProviderResource? Provider, string? Version, string? PluginDownloadURL) CallSettings { get; }

    /// <summary>What the engine's answer fills.</summary>
    internal ResourceOutputs PendingOutputs { get; }

    public string GetResourceType()
        => _type;

    public string GetResourceName()
        => _name;

    /// <summary>The provider that children with a type of this package inherit; null for the package's default one.</summary>
    internal ProviderResource? GetProvider(string type)
        => PackageOf(type) is { } package ? _providers.GetValueOrDefault(package) : null;

    internal IReadOnlyList<Resource> GetChildren()
    {
        lock (_childrenLock)
        {
            return [.. _children];
        }
    }

    private static string? PackageOf(string type)
        => type.Split(':') is [var package, _, _] ? package : null;

    private (ImmutableArray<ResourceTransformation> Transformations, ResourceArgs Args, ResourceOptions Options) Transform(
        ResourceArgs args, ResourceOptions options)
    {
        ImmutableArray<ResourceTransformation> transformations = [.. options.ResourceTransformations, .. _parent?._transformations ?? []];
        foreach (var transformation in transformations)
        {
            if (transformation(new ResourceTransformationArgs(this, args, options)) is not { } result)
            {
                continue;
            }

            // The transformations were gathered along the parents; another parent would have had others.
            if (result.Options.Parent != options.Parent)
            {
                throw new ArgumentException($"A transformation must not change the parent of a resource, but one does of '{_name}' ({_type}).");
            }

            args = result.Args;
            options = result.Options;
        }

        return (transformations, args, options.Clone());
    }

    private (bool? Protect, ImmutableDictionary<string, ProviderResource> Providers) Inherit(ResourceOptions options)
    {
        var providers = options.Parent?._providers ?? ImmutableDictionary<string, ProviderResource>.Empty;
        options.Protect ??= options.Parent?._protect;
        if (this is not CustomResource)
        {
            var own = GatherProviders(options);
            return (options.Protect, providers.SetItems(own.Select(provider => KeyValuePair.Create(provider.Package, provider))));
        }

        options.Provider ??= options.Parent?.GetProvider(_type);
        return options.Provider is { } provider && PackageOf(_type) is { } package
            ? (options.Protect, providers.SetItem(package, provider))
            : (options.Protect, providers);
    }

    private void AddChild(Resource child)
    {
        lock (_childrenLock)
        {
            _children.Add(child);
        }
    }

    private List<ProviderResource> GatherProviders(ResourceOptions options)
    {
        var providers = (options as ComponentResourceOptions)?.Providers ?? [];
        if (options.Provider == null)
        {
            return providers;
        }

        return providers.Count == 0
            ? [options.Provider]
            : throw new ResourceException(
                $"Component '{_name}' ({_type}) was given both Provider and Providers; put them all into Providers.", options.Parent);
    }
}
