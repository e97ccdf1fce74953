using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Kubernetes.Types.Inputs.Networking.V1;
using Core = Pulumi.Kubernetes.Core.V1;
using Networking = Pulumi.Kubernetes.Networking.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>An ingress over services that a loop makes, for a controller that is not there.</summary>
internal sealed class Routed : Stack
{
    public Routed()
    {
        var hosts = new Config().RequireObject<Dictionary<string, int>>("hosts");
        var rules = new InputList<IngressRuleArgs>();
        foreach (var (host, port) in hosts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var backend = new Core.Service($"backend-{host}", new ServiceArgs
            {
                Metadata = new ObjectMetaArgs { Annotations = { ["pulumi.com/skipAwait"] = "true" } },
                Spec = new ServiceSpecArgs { Ports = { new ServicePortArgs { Name = "web", Port = port, TargetPort = 8080 } }, Selector = { ["app"] = host } },
            });
            rules.Add(new IngressRuleArgs
            {
                Host = $"{host}.example.com",
                Http = new HTTPIngressRuleValueArgs
                {
                    Paths = new HTTPIngressPathArgs
                    {
                        Path = "/",
                        PathType = "Prefix",
                        Backend = new IngressBackendArgs
                        {
                            Service = new IngressServiceBackendArgs { Name = backend.Metadata.Apply(metadata => metadata.Name), Port = new ServiceBackendPortArgs { Name = "web" } },
                        },
                    },
                },
            });
        }

        var ingress = new Networking.Ingress("routes", new IngressArgs
        {
            Metadata = new ObjectMetaArgs { Annotations = { ["pulumi.com/skipAwait"] = "true", ["nginx.ingress.kubernetes.io/rewrite-target"] = "/" } },
            Spec = new IngressSpecArgs
            {
                IngressClassName = "nginx",
                Tls = { new IngressTLSArgs { Hosts = hosts.Keys.Select(host => $"{host}.example.com").Order(StringComparer.Ordinal).ToList(), SecretName = "tls" } },
                Rules = rules,
            },
        });
        Hosts = ingress.Spec.Apply(spec => string.Join(' ', spec.Rules.Select(rule => rule.Host)));
    }

    [Output("hosts")]
    public Output<string> Hosts { get; set; }
}
