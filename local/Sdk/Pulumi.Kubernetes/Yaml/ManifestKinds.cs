using System.Collections.Immutable;
using System.Reflection;

namespace Pulumi.Kubernetes.Yaml;

/// <summary>The classes of this package by the kinds that manifests name.</summary>
internal static class ManifestKinds
{
    private static readonly Lazy<Dictionary<string, Type>> Types = new(() => typeof(ManifestKinds).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(KubernetesResource)))
        .Select(type => (Type: type, Token: type.GetCustomAttribute<KubernetesResourceTypeAttribute>(inherit: false)?.Type))
        .Where(found => found.Token != null)
        .ToDictionary(found => found.Token!, found => found.Type));

    /// <summary>Whether the kind only carries others, which a cluster keeps one by one.</summary>
    public static bool IsList(string apiVersion, string kind) =>
        kind.EndsWith("List", StringComparison.Ordinal) && (kind == "List" || Types.Value.ContainsKey(TokenOf(apiVersion, kind)));

    /// <summary>Declares an object: as its class where the package has one, as a custom resource otherwise.</summary>
    public static KubernetesResource Create(string apiVersion, string kind, string name, ImmutableDictionary<string, object> item, CustomResourceOptions options)
    {
        var inputs = (ImmutableDictionary<string, object?>)item!;
        return Types.Value.TryGetValue(TokenOf(apiVersion, kind), out var type)
            ? (KubernetesResource)Activator.CreateInstance(
                type, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DoNotWrapExceptions, binder: null, [name, inputs, options], culture: null)!
            : new ApiExtensions.CustomResource($"kubernetes:{apiVersion}:{kind}", name, inputs, options);
    }

    private static string TokenOf(string apiVersion, string kind) => $"kubernetes:{(apiVersion.Contains('/', StringComparison.Ordinal) ? apiVersion : $"core/{apiVersion}")}:{kind}";
}
