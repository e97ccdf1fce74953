namespace Pulumi.Kubernetes.Types.Inputs.Provider;

/// <summary>How the provider runs Helm. Each property defaults to an environment variable, <c>PULUMI_K8S_HELM_…</c>.</summary>
public class HelmReleaseSettingsArgs : ResourceArgs
{
    public HelmReleaseSettingsArgs()
    {
        Driver = SettingReader.ReadString("PULUMI_K8S_HELM_DRIVER");
        PluginsPath = SettingReader.ReadString("PULUMI_K8S_HELM_PLUGINS_PATH");
        RegistryConfigPath = SettingReader.ReadString("PULUMI_K8S_HELM_REGISTRY_CONFIG_PATH");
        RepositoryCache = SettingReader.ReadString("PULUMI_K8S_HELM_REPOSITORY_CACHE");
        RepositoryConfigPath = SettingReader.ReadString("PULUMI_K8S_HELM_REPOSITORY_CONFIG_PATH");
    }

    public static new HelmReleaseSettingsArgs Empty => new();

    /// <summary>Where releases are kept: <c>secret</c>, <c>configmap</c>, <c>memory</c> or <c>sql</c>.</summary>
    [Input("driver")]
    public Input<string>? Driver { get; set; }

    [Input("pluginsPath")]
    public Input<string>? PluginsPath { get; set; }

    [Input("registryConfigPath")]
    public Input<string>? RegistryConfigPath { get; set; }

    [Input("repositoryCache")]
    public Input<string>? RepositoryCache { get; set; }

    [Input("repositoryConfigPath")]
    public Input<string>? RepositoryConfigPath { get; set; }
}
