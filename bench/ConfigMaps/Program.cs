using System.Globalization;
using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

// As many ConfigMaps as the configuration says, in a namespace of their own.
return await Deployment.RunAsync(() =>
{
    var config = new Config();
    var cluster = new CustomResourceOptions
    {
        Provider = new Pulumi.Kubernetes.Provider("cluster", new Pulumi.Kubernetes.ProviderArgs { KubeConfig = config.Require("kubeconfig") }),
    };
    var home = new Namespace("bench", new NamespaceArgs { Metadata = new ObjectMetaArgs { Name = "bench" } }, cluster);
    for (var i = 0; i < config.RequireInt32("count"); i++)
    {
        var number = i.ToString(CultureInfo.InvariantCulture);
        _ = new ConfigMap(
            $"map-{number}",
            new ConfigMapArgs
            {
                Metadata = new ObjectMetaArgs { Name = $"map-{number}", Namespace = home.Metadata.Apply(metadata => metadata.Name) },
                Data = { ["number"] = number, ["text"] = "The quick brown fox jumps over the lazy dog." },
            },
            cluster);
    }
});
