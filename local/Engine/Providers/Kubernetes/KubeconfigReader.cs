using k8s;
using k8s.Exceptions;
using k8s.KubeConfigModels;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>Reads kubeconfig files for the official client.</summary>
/// <remarks>The client's own reader prepares for every kind of Kubernetes before it reads a line, which takes longer than the preview of an exercise.</remarks>
public static class KubeconfigReader
{
    private static readonly IDeserializer Yaml = new DeserializerBuilder()
        .WithNamingConvention(CamelCaseNamingConvention.Instance)
        .IgnoreUnmatchedProperties()
        .Build();

    /// <summary>What the client needs to reach a cluster. Paths in the file are relative to its folder.</summary>
    /// <param name="path">The file.</param>
    /// <param name="context">Null: the file's current one.</param>
    /// <exception cref="KubeConfigException">The file has no such context, or the context no cluster.</exception>
    /// <exception cref="YamlException">It is no kubeconfig.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="FormatException">A certificate in it is not base64.</exception>
    public static KubernetesClientConfiguration ReadFile(string path, string? context = null) => Build(File.ReadAllText(path), Path.GetFullPath(path), context);

    /// <summary>The same for the contents of a file. Paths are relative to the current folder.</summary>
    public static KubernetesClientConfiguration ReadText(string text, string? context = null) => Build(text, file: null, context);

    private static KubernetesClientConfiguration Build(string text, string? file, string? context)
    {
        var content = Yaml.Deserialize<K8SConfiguration?>(text) ?? throw new KubeConfigException("It is empty.");
        content.FileName = file;

        // What a file leaves without a value is as absent as what it does not name.
        content.Clusters ??= [];
        content.Contexts ??= [];
        content.Users ??= [];
        return KubernetesClientConfiguration.BuildConfigFromConfigObject(content, context);
    }
}
