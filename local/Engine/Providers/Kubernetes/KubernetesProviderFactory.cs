using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Kubernetes;

internal sealed class KubernetesProviderFactory : IProviderFactory
{
    public string Package => "kubernetes";

    public string WhyNoDefault =>
        "Kubernetes resources need an explicit provider, never the ambient kubeconfig: create a Kubernetes.Provider with 'KubeConfig' and pass it as the 'Provider' option.";

    public IReadOnlyList<CheckFailure> CheckConfig(PropertyMap config) => KubernetesConfig.Check(config);

    // Another context, or another kubeconfig file, means another cluster. Contents alone may be the same cluster with fresh credentials.
    public DiffResult DiffConfig(PropertyMap oldConfig, PropertyMap newConfig) => DiffResult.Compare(oldConfig, newConfig, PropertyPath.Parse("context"));

    public IProvider Create(PropertyMap config, ProviderContext context) => new KubernetesProvider(KubernetesConfig.Read(config, context), context);
}
