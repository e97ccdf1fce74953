using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using K8sApps = Pulumi.Kubernetes.Apps.V1;
using K8sCore = Pulumi.Kubernetes.Core.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>Components with arguments of their own, used three times.</summary>
internal sealed class ServiceComponents : Stack
{
    public ServiceComponents()
    {
        _ = new ServiceDeployment("leader", new ServiceDeploymentArgs { Image = "redis", Ports = [6379] });
        _ = new ServiceDeployment("replica", new ServiceDeploymentArgs { Image = "redis-replica", Ports = [6379] });
        var frontend = new ServiceDeployment("frontend", new ServiceDeploymentArgs
        {
            Replicas = 3,
            Image = "frontend:v4",
            Ports = [80, 443],
            ServiceType = "LoadBalancer",
        });
        FrontendIp = frontend.IpAddress;
    }

    [Output]
    public Output<string> FrontendIp { get; set; }

    private sealed class ServiceDeploymentArgs
    {
        public required string Image { get; init; }

        public int Replicas { get; init; } = 1;

        public int[] Ports { get; init; } = [];

        public string? ServiceType { get; init; }

        public ResourceRequirementsArgs? Resources { get; init; }
    }

    private sealed class ServiceDeployment : ComponentResource
    {
        public ServiceDeployment(string name, ServiceDeploymentArgs args, ComponentResourceOptions? opts = null)
            : base("examples:kubernetes:ServiceDeployment", name, opts)
        {
            var labels = new InputMap<string> { { "app", name } };
            var container = new ContainerArgs
            {
                Name = name,
                Image = args.Image,
                Resources = args.Resources ?? new ResourceRequirementsArgs
                {
                    Requests = new InputMap<string> { { "cpu", "100m" }, { "memory", "100Mi" } },
                },
                Env = { new EnvVarArgs { Name = "GET_HOSTS_FROM", Value = "dns" } },
                Ports = args.Ports.Select(port => new ContainerPortArgs { ContainerPortValue = port }).ToArray(),
            };

            Deployment = new K8sApps.Deployment(
                name,
                new DeploymentArgs
                {
                    Spec = new DeploymentSpecArgs
                    {
                        Selector = new LabelSelectorArgs { MatchLabels = labels },
                        Replicas = args.Replicas,
                        Template = new PodTemplateSpecArgs
                        {
                            Metadata = new ObjectMetaArgs { Labels = labels },
                            Spec = new PodSpecArgs { Containers = { container } },
                        },
                    },
                },
                new CustomResourceOptions { Parent = this });

            var ports = new InputList<ServicePortArgs>();
            foreach (var port in args.Ports)
            {
                ports.Add(new ServicePortArgs { Name = $"p{port}", Port = port, TargetPort = port });
            }

            Service = new K8sCore.Service(
                name,
                new ServiceArgs
                {
                    Metadata = new ObjectMetaArgs { Name = name, Labels = Deployment.Metadata.Apply(metadata => metadata.Labels) },
                    Spec = new ServiceSpecArgs
                    {
                        Ports = ports,
                        Selector = Deployment.Spec.Apply(spec => spec.Template.Metadata.Labels),
                        Type = args.ServiceType!,
                    },
                },
                new CustomResourceOptions { Parent = this });

            IpAddress = args.ServiceType == "LoadBalancer"
                ? Service.Status.Apply(status => status.LoadBalancer.Ingress[0].Ip ?? status.LoadBalancer.Ingress[0].Hostname)
                : Service.Spec.Apply(spec => spec.ClusterIP);
            RegisterOutputs();
        }

        public K8sApps.Deployment Deployment { get; }

        public K8sCore.Service Service { get; }

        public Output<string> IpAddress { get; }
    }
}
