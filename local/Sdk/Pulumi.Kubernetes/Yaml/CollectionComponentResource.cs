using System.Collections.Immutable;
using System.Reflection;

namespace Pulumi.Kubernetes.Yaml;

/// <summary>The objects of manifests, each a resource of its own below this one.</summary>
public abstract class CollectionComponentResource : ComponentResource
{
    protected CollectionComponentResource(string type, string name, ComponentResourceOptions? options = null)
        : base(type, name, options)
    {
    }

    /// <summary>By <c>apiVersion/kind::namespace/name</c>.</summary>
    internal Output<ImmutableDictionary<string, KubernetesResource>> Resources { get; private set; } = null!;

    /// <summary>The object of that kind and name.</summary>
    /// <param name="name">As the manifest gives it.</param>
    /// <param name="namespaceName">As the manifest gives it; null where it gives none.</param>
    public Output<T> GetResource<T>(string name, string? namespaceName = null)
        where T : KubernetesResource
    {
        var parts = typeof(T).GetCustomAttribute<KubernetesResourceTypeAttribute>()?.Type.Split(':')
            ?? throw new ArgumentException($"{typeof(T)} is no kind of this package. Use {nameof(GetCustomResource)}.");
        return Get<T>($"{parts[1].Replace("core/", "", StringComparison.Ordinal)}/{parts[2]}", name, namespaceName);
    }

    /// <summary>The object of a kind that the cluster was taught.</summary>
    /// <param name="groupVersionKind">As <c>serving.kserve.io/v1beta1/InferenceService</c>.</param>
    /// <param name="name">As the manifest gives it.</param>
    /// <param name="namespaceName">As the manifest gives it; null where it gives none.</param>
    public Output<CustomResource> GetCustomResource(string groupVersionKind, string name, string? namespaceName = null) => Get<CustomResource>(groupVersionKind, name, namespaceName);

    /// <summary>All objects, to depend on.</summary>
    public Output<ImmutableArray<Pulumi.Resource>> Ready() => Resources.Apply(resources => resources.Values.ToImmutableArray<Pulumi.Resource>());

    protected void RegisterResources(Output<ImmutableDictionary<string, KubernetesResource>> resources)
    {
        Resources = resources;
        RegisterOutputs(new Dictionary<string, object?> { ["resources"] = resources });
    }

    private Output<T> Get<T>(string kind, string name, string? namespaceName)
        where T : Pulumi.Resource
    {
        var key = $"{kind}::{(namespaceName == null ? name : $"{namespaceName}/{name}")}";
        return Resources.Apply(resources => resources.TryGetValue(key, out var resource)
            ? (T)(Pulumi.Resource)resource
            : throw new KeyNotFoundException($"The manifests of '{GetResourceName()}' hold no {key}; they hold {string.Join(", ", resources.Keys.Order(StringComparer.Ordinal))}."));
    }
}
