using Pulumi;
using Pulumi.Kubernetes.ApiExtensions;
using Pulumi.Kubernetes.Types.Inputs.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Kubernetes.Types.Inputs.Storage.V1;
using Apps = Pulumi.Kubernetes.Apps.V1;
using CoreV1 = Pulumi.Kubernetes.Core.V1;
using Storage = Pulumi.Kubernetes.Storage.V1;

namespace Scalelab.Sdk.Tests.Programs;

/// <summary>A stack as a class, with a component, a kind of its own, a patch and a transformation.</summary>
internal sealed class PlatformStack : Stack
{
    public PlatformStack()
        : base(new StackOptions { ResourceTransformations = { args => args.Resource is CoreV1.Secret ? Protected(args) : null } })
    {
        var config = new Config();
        var settings = config.RequireObject<Settings>("settings");
        var provider = new Pulumi.Kubernetes.Provider("cluster", new Pulumi.Kubernetes.ProviderArgs { KubeConfig = "{}", Namespace = "web" });
        var web = new Web("web", settings.Replicas, new ComponentResourceOptions { Provider = provider });
        _ = new CoreV1.Secret("credentials", new SecretArgs
        {
            StringData = { ["password"] = config.RequireSecret("password") },
        });
        _ = new CronTab("job", new CronTabArgs { Spec = new CronTabSpecArgs { Schedule = "* * * * */5", Replicas = 1 } });
        _ = new CoreV1.NamespacePatch("labels", new NamespacePatchArgs
        {
            Metadata = new ObjectMetaPatchArgs { Name = "web", Labels = { ["team"] = "platform" } },
        });
        _ = new Storage.StorageClass("fast", new StorageClassArgs { Provisioner = "example.com/fast", Parameters = { ["type"] = "ssd" } });
        Summary = Output.Tuple(Output.Create("web"), web.Replicas).Apply(async pair =>
        {
            await Task.Yield();
            return $"{pair.Item1}: {pair.Item2}";
        });
    }

    [Output("summary")]
    public Output<string> Summary { get; private set; }

    private static ResourceTransformationResult Protected(ResourceTransformationArgs args)
        => new(args.Args, CustomResourceOptions.Merge((CustomResourceOptions)args.Options, new CustomResourceOptions { Protect = true }));

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

    private sealed class CronTab(string name, CronTabArgs args, CustomResourceOptions? options = null)
        : Pulumi.Kubernetes.ApiExtensions.CustomResource(name, args, options);

    private sealed class CronTabArgs() : CustomResourceArgs("stable.example.com/v1", "CronTab")
    {
        [Input("spec")]
        public Input<CronTabSpecArgs>? Spec { get; set; }
    }

    private sealed class CronTabSpecArgs : ResourceArgs
    {
        [Input("cronSpec")]
        public Input<string>? Schedule { get; set; }

        [Input("replicas")]
        public Input<int>? Replicas { get; set; }
    }
}
