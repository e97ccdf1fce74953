using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using KubernetesProvider = Pulumi.Kubernetes.Provider;
using KubernetesProviderArgs = Pulumi.Kubernetes.ProviderArgs;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>A provider for each of two namespaces, given as option and by a component's list.</summary>
internal sealed class OwnProvider : Stack
{
    public OwnProvider()
    {
        var kubeconfig = Output.Create(File.ReadAllTextAsync(new Config("kubernetes").Require("kubeconfig")));
        var admin = new KubernetesProvider("admin", new KubernetesProviderArgs { KubeConfig = kubeconfig, EnableServerSideApply = true });
        var blue = new Namespace("blue", new NamespaceArgs { Metadata = new ObjectMetaArgs { Name = "blue" } }, new CustomResourceOptions { Provider = admin });
        var inBlue = new KubernetesProvider("in-blue", new KubernetesProviderArgs { KubeConfig = kubeconfig, Namespace = blue.Metadata.Apply(metadata => metadata.Name) });
        var map = new ConfigMap("map", new ConfigMapArgs { Data = { ["where"] = "blue" } }, new CustomResourceOptions { Provider = inBlue });
        var holder = new Holder("holder", new ComponentResourceOptions { Providers = { inBlue } });
        Namespaces = Output.All(map.Metadata, holder.Map.Metadata).Apply(all => string.Join(',', all.Select(metadata => metadata.Namespace)));
    }

    [Output("namespaces")]
    public Output<string> Namespaces { get; set; }

    private sealed class Holder : ComponentResource
    {
        public Holder(string name, ComponentResourceOptions options)
            : base("example:index:Holder", name, options)
        {
            Map = new ConfigMap(name, new ConfigMapArgs(), new CustomResourceOptions { Parent = this });
            RegisterOutputs();
        }

        public ConfigMap Map { get; }
    }
}
