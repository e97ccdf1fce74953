namespace Pulumi.Kubernetes;

/// <summary>Which cluster, and how resources are applied to it. Several default to an environment variable, which the property names.</summary>
public sealed class ProviderArgs : ResourceArgs
{
    public ProviderArgs()
    {
        DeleteUnreachable = SettingReader.ReadBoolean("PULUMI_K8S_DELETE_UNREACHABLE");
        EnableConfigMapMutable = SettingReader.ReadBoolean("PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE");
        EnablePatchForce = SettingReader.ReadBoolean("PULUMI_K8S_ENABLE_PATCH_FORCE");
        EnableSecretMutable = SettingReader.ReadBoolean("PULUMI_K8S_ENABLE_SECRET_MUTABLE");
        EnableServerSideApply = SettingReader.ReadBoolean("PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY");
        KubeConfig = SettingReader.ReadString("KUBECONFIG");
        SkipUpdateUnreachable = SettingReader.ReadBoolean("PULUMI_K8S_SKIP_UPDATE_UNREACHABLE");
        SuppressDeprecationWarnings = SettingReader.ReadBoolean("PULUMI_K8S_SUPPRESS_DEPRECATION_WARNINGS");
        SuppressHelmHookWarnings = SettingReader.ReadBoolean("PULUMI_K8S_SUPPRESS_HELM_HOOK_WARNINGS");
        UpsertExistingObjects = SettingReader.ReadBoolean("PULUMI_K8S_UPSERT_EXISTING_OBJECTS");
    }

    public static new ProviderArgs Empty => new();

    /// <summary>Writes manifests even where nothing changed; with <see cref="RenderYamlToDirectory"/>.</summary>
    [Input("alwaysRender", json: true)]
    public Input<bool>? AlwaysRender { get; set; }

    /// <summary>The kubeconfig's cluster to use instead of its context's.</summary>
    [Input("cluster")]
    public Input<string>? Cluster { get; set; }

    /// <summary>What tells this cluster from another: a change of it replaces the resources.</summary>
    [Input("clusterIdentifier")]
    public Input<string>? ClusterIdentifier { get; set; }

    /// <summary>The kubeconfig's context to use instead of its current one.</summary>
    [Input("context")]
    public Input<string>? Context { get; set; }

    /// <summary>Forgets resources whose cluster cannot be reached instead of failing. <c>PULUMI_K8S_DELETE_UNREACHABLE</c></summary>
    [Input("deleteUnreachable", json: true)]
    public Input<bool>? DeleteUnreachable { get; set; }

    /// <summary>Updates ConfigMaps in place instead of replacing them. <c>PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE</c></summary>
    [Input("enableConfigMapMutable", json: true)]
    public Input<bool>? EnableConfigMapMutable { get; set; }

    /// <summary>Takes over fields that another manager owns. <c>PULUMI_K8S_ENABLE_PATCH_FORCE</c></summary>
    [Input("enablePatchForce", json: true)]
    public Input<bool>? EnablePatchForce { get; set; }

    /// <summary>Updates Secrets in place instead of replacing them. <c>PULUMI_K8S_ENABLE_SECRET_MUTABLE</c></summary>
    [Input("enableSecretMutable", json: true)]
    public Input<bool>? EnableSecretMutable { get; set; }

    /// <summary>Lets the API server merge changes; default true. <c>PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY</c></summary>
    [Input("enableServerSideApply", json: true)]
    public Input<bool>? EnableServerSideApply { get; set; }

    /// <summary>How the provider runs Helm.</summary>
    [Input("helmReleaseSettings", json: true)]
    public Input<Types.Inputs.Provider.HelmReleaseSettingsArgs>? HelmReleaseSettings { get; set; }

    /// <summary>How fast the provider asks the cluster.</summary>
    [Input("kubeClientSettings", json: true)]
    public Input<Types.Inputs.Provider.KubeClientSettingsArgs>? KubeClientSettings { get; set; }

    /// <summary>A kubeconfig's content or path. <c>KUBECONFIG</c></summary>
    [Input("kubeconfig")]
    public Input<string>? KubeConfig { get; set; }

    /// <summary>The namespace of resources that do not say theirs.</summary>
    [Input("namespace")]
    public Input<string>? Namespace { get; set; }

    /// <summary>Writes manifests into this folder instead of applying them.</summary>
    [Input("renderYamlToDirectory")]
    public Input<string>? RenderYamlToDirectory { get; set; }

    /// <summary>Leaves resources alone whose cluster cannot be reached instead of failing. <c>PULUMI_K8S_SKIP_UPDATE_UNREACHABLE</c></summary>
    [Input("skipUpdateUnreachable", json: true)]
    public Input<bool>? SkipUpdateUnreachable { get; set; }

    /// <summary><c>PULUMI_K8S_SUPPRESS_DEPRECATION_WARNINGS</c></summary>
    [Input("suppressDeprecationWarnings", json: true)]
    public Input<bool>? SuppressDeprecationWarnings { get; set; }

    /// <summary><c>PULUMI_K8S_SUPPRESS_HELM_HOOK_WARNINGS</c></summary>
    [Input("suppressHelmHookWarnings", json: true)]
    public Input<bool>? SuppressHelmHookWarnings { get; set; }

    /// <summary>Takes over objects that exist already. <c>PULUMI_K8S_UPSERT_EXISTING_OBJECTS</c></summary>
    [Input("upsertExistingObjects", json: true)]
    public Input<bool>? UpsertExistingObjects { get; set; }
}
