using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Docker;

/// <summary>Pulumi's docker package, version 5, as far as the embedded engine has it.</summary>
internal sealed class DockerProviderFactory : IProviderFactory
{
    private static readonly HashSet<string> Settings = ["host", "context", "registryAuth", "certPath", "caMaterial", "certMaterial", "keyMaterial", "disableDockerDaemonCheck"];

    public string Package => "docker";

    public string? WhyNoDefault => null;

    public IReadOnlyList<CheckFailure> CheckConfig(PropertyMap config) =>
    [
        .. config.Keys.Where(key => !Settings.Contains(key)).Select(key => new CheckFailure(key, key == "sshOpts"
            ? "the embedded engine does not reach Docker engines over ssh. Forward the socket and name that in 'host', or run the program with the Pulumi CLI."
            : $"the docker provider has no such setting; it has {string.Join(", ", Settings.Order(StringComparer.Ordinal))}.")),
    ];

    // As Pulumi's provider: wherever the engine is, the images are in the registry, and a container that is not there is created anew.
    public DiffResult DiffConfig(PropertyMap oldConfig, PropertyMap newConfig) => DiffResult.Compare(oldConfig, newConfig);

    public IProvider Create(PropertyMap config, ProviderContext context) => new DockerProvider(config, context);
}
