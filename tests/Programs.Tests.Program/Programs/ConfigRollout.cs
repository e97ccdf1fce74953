using System.Security.Cryptography;
using System.Text;
using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Deployment = Pulumi.Deployment;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>A configuration whose hash in the template rolls the pods: a top-level lambda with a dictionary of outputs.</summary>
internal static class ConfigRollout
{
    public static Task<int> RunAsync() => Deployment.RunAsync(() =>
    {
        var nginxConf = new ConfigMap("nginx-conf", new ConfigMapArgs
        {
            Metadata = new ObjectMetaArgs { Labels = new InputMap<string> { ["app"] = "nginx" } },
            Data =
            {
                ["default.conf"] = """
                    upstream node {
                      server example.com;
                    }
                    server { listen 80; location / { proxy_pass http://node/; } }
                    """,
            },
        });
        var name = nginxConf.Metadata.Apply(metadata => metadata.Name);
        var checksum = nginxConf.Data.Apply(data => Hash(data.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")));

        var nginx = new Pulumi.Kubernetes.Apps.V1.Deployment("nginx", new DeploymentArgs
        {
            Metadata = new ObjectMetaArgs { Labels = { ["app"] = "nginx" } },
            Spec = new DeploymentSpecArgs
            {
                Replicas = 1,
                Selector = new LabelSelectorArgs { MatchLabels = { ["app"] = "nginx" } },
                Template = new PodTemplateSpecArgs
                {
                    Metadata = new ObjectMetaArgs { Labels = { ["app"] = "nginx" }, Annotations = { ["checksum/config"] = checksum } },
                    Spec = new PodSpecArgs
                    {
                        Containers = new ContainerArgs
                        {
                            Name = "nginx",
                            Image = "nginx:1.27-alpine",
                            VolumeMounts = { new VolumeMountArgs { Name = "conf", MountPath = "/etc/nginx/conf.d", ReadOnly = true } },
                        },
                        Volumes = { new VolumeArgs { Name = "conf", ConfigMap = new ConfigMapVolumeSourceArgs { Name = name } } },
                    },
                },
            },
        });

        var service = new Service("nginx", new ServiceArgs
        {
            Metadata = new ObjectMetaArgs { Labels = nginx.Spec.Apply(spec => spec.Template.Metadata.Labels) },
            Spec = new ServiceSpecArgs
            {
                Type = ServiceSpecType.ClusterIP,
                Ports = { new ServicePortArgs { Port = 80, TargetPort = 80, Protocol = "TCP" } },
                Selector = nginx.Spec.Apply(spec => spec.Template.Metadata.Labels),
            },
        });

        return new Dictionary<string, object?>
        {
            ["configMap"] = name,
            ["checksum"] = checksum,
            ["clusterIp"] = service.Spec.Apply(spec => spec.ClusterIP),
        };
    });

    private static string Hash(IEnumerable<string> lines) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
}
