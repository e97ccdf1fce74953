using System.Collections.Immutable;

namespace Pulumi.Kubernetes.Yaml;

/// <summary>The objects of several manifests: files, texts, and objects of the program.</summary>
public sealed class ConfigGroup : CollectionComponentResource
{
    public ConfigGroup(string name, ConfigGroupArgs config, ComponentResourceOptions? options = null)
        : base("kubernetes:yaml:ConfigGroup", name, options)
    {
        ArgumentNullException.ThrowIfNull(config);
        var manifests = new Manifests(this, config.Transformations, config.ResourcePrefix, config.SkipAwait ?? false, options);
        var files = (config.Files ?? []).SelectMany(ManifestFiles.Find).Select(file => new ConfigFile(file, config.ForFile(file), new ComponentResourceOptions { Parent = this, Version = options?.Version }).Resources);
        var texts = config.Yaml.ToOutput().Apply(texts => Output.All(texts.Select(text => (Input<ImmutableDictionary<string, KubernetesResource>>)manifests.Declare(manifests.Decode(Output.Create(text))))))
            .Apply(parts => parts.Aggregate(Manifests.None, (all, part) => all.AddRange(part)));
        RegisterResources(files.Append(texts).Append(manifests.Declare(config.Objs.ToOutput()))
            .Aggregate((all, part) => Output.Tuple(all, part).Apply(both => both.Item1.AddRange(both.Item2))));
    }
}
