using System.Collections.Immutable;

namespace Pulumi.Kubernetes.Yaml;

/// <summary>Declares the objects of manifests as resources below a component.</summary>
/// <param name="parent">The component.</param>
/// <param name="transformations">Applied to each object.</param>
/// <param name="prefix">Put before the resources' names.</param>
/// <param name="skipsAwait">Whether nobody waits until they are ready.</param>
/// <param name="options">The component's.</param>
internal sealed class Manifests(Pulumi.Resource parent, IReadOnlyList<TransformationAction> transformations, string? prefix, bool skipsAwait, ComponentResourceOptions? options)
{
    public static readonly ImmutableDictionary<string, KubernetesResource> None = ImmutableDictionary<string, KubernetesResource>.Empty;

    private static readonly string[] SecretFields = ["data", "stringData"];

    /// <summary>The objects of a manifest, as the provider reads it.</summary>
    public Output<ImmutableArray<ImmutableDictionary<string, object>>> Decode(Output<string> text) => Deployment.Instance
        .Invoke<YamlDecodeResult>("kubernetes:yaml:decode", new YamlDecodeArgs { Text = text }, new InvokeOptions { Parent = parent, Version = options?.Version ?? Package.Version })
        .Apply(decoded => decoded.Result);

    public Output<ImmutableDictionary<string, KubernetesResource>> Declare(Output<ImmutableArray<ImmutableDictionary<string, object>>> objects) => objects
        .Apply(all => Output.All((all.IsDefault ? [] : all).SelectMany(Declare).Select(item => (Input<KeyValuePair<string, KubernetesResource>>)item)))
        .Apply(resources => None.AddRange(resources));

    private IEnumerable<Output<KeyValuePair<string, KubernetesResource>>> Declare(ImmutableDictionary<string, object> item)
    {
        if (item.IsEmpty)
        {
            return [];
        }

        var own = new CustomResourceOptions { Parent = parent, Version = options?.Version };
        item = transformations.Aggregate(item, (current, transform) => transform(current, own));
        var (apiVersion, kind) = (Text(item, "apiVersion"), Text(item, "kind"));
        if (ManifestKinds.IsList(apiVersion, kind))
        {
            return item.GetValueOrDefault("items") is ImmutableArray<object> items ? items.OfType<ImmutableDictionary<string, object>>().SelectMany(Declare) : [];
        }

        item = skipsAwait ? WithoutAwait(item) : item;
        if (apiVersion == "v1" && kind == "Secret")
        {
            item = SecretFields.Where(item.ContainsKey).Aggregate(item, (secret, field) => secret.SetItem(field, Output.CreateSecret(secret[field])));
        }

        var metadata = item.GetValueOrDefault("metadata") as ImmutableDictionary<string, object> ?? ImmutableDictionary<string, object>.Empty;
        if (!metadata.TryGetValue("name", out var name))
        {
            throw new FormatException($"An object of the manifests of '{parent.GetResourceName()}' has no metadata.name: {apiVersion}/{kind}");
        }

        var id = metadata.TryGetValue("namespace", out var ns) ? Output.Format($"{ns}/{name}") : Output.Format($"{name}");
        return [(prefix == null ? id : Output.Format($"{prefix}-{id}")).Apply(resource =>
            KeyValuePair.Create($"{apiVersion}/{kind}::{resource}", ManifestKinds.Create(apiVersion, kind, resource, item, own)))];
    }

    private string Text(ImmutableDictionary<string, object> item, string key) => item.GetValueOrDefault(key) as string
        ?? throw new FormatException($"An object of the manifests of '{parent.GetResourceName()}' has no {key}. It must have apiVersion, kind and metadata.");

    private static ImmutableDictionary<string, object> WithoutAwait(ImmutableDictionary<string, object> item)
    {
        var metadata = item.GetValueOrDefault("metadata") as ImmutableDictionary<string, object> ?? ImmutableDictionary<string, object>.Empty;
        var annotations = metadata.GetValueOrDefault("annotations") as ImmutableDictionary<string, object> ?? ImmutableDictionary<string, object>.Empty;
        return item.SetItem("metadata", metadata.SetItem("annotations", annotations.SetItem("pulumi.com/skipAwait", "true")));
    }
}
