using System.Collections.Immutable;
using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Kubernetes.Types.Inputs.Networking.V1;
using Apps = Pulumi.Kubernetes.Apps.V1;
using CoreV1 = Pulumi.Kubernetes.Core.V1;
using Networking = Pulumi.Kubernetes.Networking.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>Deployments and Services side by side, in a lambda that returns the stack's outputs.</summary>
internal static class Guestbook
{
    public static Task<int> RunAsync()
        => Deployment.RunAsync(() =>
        {
            var config = new Config();
            var isMinikube = config.GetBoolean("isMinikube") ?? false;
            var labels = new InputMap<string> { { "app", "frontend" }, { "tier", "web" } };
            var deployment = new Apps.Deployment("frontend-deployment", new DeploymentArgs
            {
                Metadata = new ObjectMetaArgs { Name = "frontend", Labels = labels },
                Spec = new DeploymentSpecArgs
                {
                    Selector = new LabelSelectorArgs { MatchLabels = labels },
                    Replicas = 3,
                    Template = new PodTemplateSpecArgs
                    {
                        Metadata = new ObjectMetaArgs { Labels = labels },
                        Spec = new PodSpecArgs
                        {
                            Containers =
                            {
                                new ContainerArgs
                                {
                                    Name = "frontend",
                                    Image = "example.com/frontend:v4",
                                    Resources = new ResourceRequirementsArgs
                                    {
                                        Requests = { ["cpu"] = "100m", ["memory"] = "100Mi" },
                                    },
                                    Env = { new EnvVarArgs { Name = "GET_HOSTS_FROM", Value = "dns" } },
                                    Ports = new[] { new ContainerPortArgs { ContainerPortValue = 80, Name = "http" } },
                                    ReadinessProbe = new ProbeArgs { HttpGet = new HTTPGetActionArgs { Path = "/", Port = "http" } },
                                },
                            },
                        },
                    },
                },
            });
            var frontend = new CoreV1.Service("frontend", new ServiceArgs
            {
                Metadata = new ObjectMetaArgs { Labels = deployment.Metadata.Apply(metadata => metadata.Labels) },
                Spec = new ServiceSpecArgs
                {
                    Type = isMinikube ? CoreV1.ServiceSpecType.NodePort : CoreV1.ServiceSpecType.LoadBalancer,
                    Ports = { new ServicePortArgs { Name = "web", Port = 80, TargetPort = 80 }, new ServicePortArgs { Port = 81, TargetPort = "http", Name = "other" } },
                    Selector = labels,
                },
            });
            _ = new Networking.Ingress("ingress", new IngressArgs
            {
                Metadata = new ObjectMetaArgs { Annotations = { ["pulumi.com/skipAwait"] = "true" } },
                Spec = new IngressSpecArgs
                {
                    Rules = new IngressRuleArgs
                    {
                        Http = new HTTPIngressRuleValueArgs
                        {
                            Paths =
                            {
                                new HTTPIngressPathArgs
                                {
                                    Path = "/",
                                    PathType = "Prefix",
                                    Backend = new IngressBackendArgs
                                    {
                                        Service = new IngressServiceBackendArgs
                                        {
                                            Name = frontend.Metadata.Apply(metadata => metadata.Name),
                                            Port = new ServiceBackendPortArgs { Number = 80 },
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            });
            return new Dictionary<string, object?>
            {
                ["ip"] = isMinikube
                    ? frontend.Spec.Apply(spec => spec.ClusterIP)
                    : frontend.Status.Apply(status => status.LoadBalancer.Ingress[0].Ip ?? status.LoadBalancer.Ingress[0].Hostname),
                ["names"] = Output.All(deployment.Metadata, frontend.Metadata).Apply(all => all.Select(metadata => metadata.Name).ToImmutableArray()),
                ["url"] = Output.Format($"http://{frontend.Metadata.Apply(metadata => metadata.Name)}:{80}"),
            };
        });
}
