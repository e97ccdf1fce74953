namespace Pulumi.Kubernetes.Yaml;

/// <summary>The objects of one manifest.</summary>
public sealed class ConfigFile : CollectionComponentResource
{
    /// <param name="name">The name, and the file where <see cref="ConfigFileArgs.File"/> is left out.</param>
    public ConfigFile(string name, ConfigFileArgs? args = null, ComponentResourceOptions? options = null)
        : base("kubernetes:yaml:ConfigFile", Prefixed(args?.ResourcePrefix, name), options)
    {
        var manifests = new Manifests(this, args?.Transformations ?? [], args?.ResourcePrefix, args?.SkipAwait ?? false, options);
        RegisterResources(manifests.Declare(manifests.Decode((args?.File?.ToOutput() ?? Output.Create(Prefixed(args?.ResourcePrefix, name))).Apply(file => ManifestFiles.ReadAsync(file, this)))));
    }

    private static string Prefixed(string? prefix, string name) => prefix == null ? name : $"{prefix}-{name}";
}
