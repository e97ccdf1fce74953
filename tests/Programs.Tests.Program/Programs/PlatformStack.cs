using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Kubernetes.Types.Inputs.Storage.V1;
using Apps = Pulumi.Kubernetes.Apps.V1;
using CoreV1 = Pulumi.Kubernetes.Core.V1;
using StorageV1 = Pulumi.Kubernetes.Storage.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>A stack as a class, with a component, a provider, a patch and a transformation.</summary>
internal sealed class PlatformStack : Stack
{
    public PlatformStack()
        : base(new StackOptions { ResourceTransformations = { args => args.Resource is CoreV1.Secret ? Hurried(args) : null } })
    {
        var config = new Config();
        var settings = config.RequireObject<Settings>("settings");
        var home = new CoreV1.Namespace("web", new NamespaceArgs { Metadata = new ObjectMetaArgs { Name = "web" } });
        var provider = new Pulumi.Kubernetes.Provider(
            "cluster", new Pulumi.Kubernetes.ProviderArgs { KubeConfig = new Config("kubernetes").Require("kubeconfig"), Namespace = home.Metadata.Apply(metadata => metadata.Name) });
        var web = new Web("web", settings.Replicas, new ComponentResourceOptions { Provider = provider });
        _ = new CoreV1.Secret("credentials", new SecretArgs
        {
            StringData = { ["password"] = config.RequireSecret("password") },
        });
        _ = new CoreV1.NamespacePatch("labels", new NamespacePatchArgs
        {
            Metadata = new ObjectMetaPatchArgs { Name = home.Metadata.Apply(metadata => metadata.Name), Labels = { ["team"] = "platform" } },
        });
        _ = new StorageV1.StorageClass("fast", new StorageClassArgs { Provisioner = "example.com/fast", Parameters = { ["type"] = "ssd" } });
        Summary = Output.Tuple(Output.Create("web"), web.Replicas).Apply(async pair =>
        {
            await Task.Yield();
            return $"{pair.Item1}: {pair.Item2}";
        });
    }

    [Output("summary")]
    public Output<string> Summary { get; private set; }

    private static ResourceTransformationResult Hurried(ResourceTransformationArgs args)
        => new(args.Args, CustomResourceOptions.Merge((CustomResourceOptions)args.Options, new CustomResourceOptions { CustomTimeouts = new CustomTimeouts { Create = TimeSpan.FromSeconds(30) } }));

    internal sealed record Settings(int Replicas);

    private sealed class Web : ComponentResource
    {
        public Web(string name, Input<int> replicas, ComponentResourceOptions? options = null)
            : base("platform:index:Web", name, options)
        {
            Replicas = replicas;
            var labels = new Dictionary<string, string> { ["app"] = name };
            _ = new Apps.Deployment(
                name,
                new DeploymentArgs
                {
                    Spec = new DeploymentSpecArgs
                    {
                        Replicas = replicas,
                        Selector = new LabelSelectorArgs { MatchLabels = labels },
                        Template = new PodTemplateSpecArgs
                        {
                            Metadata = new ObjectMetaArgs { Labels = labels },
                            Spec = new PodSpecArgs { Containers = new List<ContainerArgs> { new() { Name = name, Image = "nginx" } } },
                        },
                    },
                },
                new CustomResourceOptions { Parent = this, CustomTimeouts = new CustomTimeouts { Create = TimeSpan.FromMinutes(2) } });
            RegisterOutputs();
        }

        [Output("replicas")]
        public Output<int> Replicas { get; private set; }
    }
}
