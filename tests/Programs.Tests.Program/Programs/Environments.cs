using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Networking = Pulumi.Kubernetes.Networking.V1;
using NetworkingArgs = Pulumi.Kubernetes.Types.Inputs.Networking.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>A loop over structured configuration: a namespace, a quota, limits and a network policy for each team.</summary>
internal sealed class Environments : Stack
{
    public Environments()
    {
        var teams = new Config("tenancy").RequireObject<List<Team>>("teams");
        var namespaces = new List<Output<string>>();
        foreach (var (team, index) in teams.Select((team, index) => (team, index)))
        {
            var ns = new Namespace($"team-{team.Name}", new NamespaceArgs
            {
                Metadata = new ObjectMetaArgs { Labels = { { "team", team.Name }, { "index", index.ToString(System.Globalization.CultureInfo.InvariantCulture) } } },
            });
            var inTeam = new CustomResourceOptions { Parent = ns };
            var metadata = new ObjectMetaArgs { Namespace = ns.Metadata.Apply(m => m.Name) };
            _ = new ResourceQuota($"{team.Name}-quota", new ResourceQuotaArgs
            {
                Metadata = new ObjectMetaArgs { Namespace = ns.Metadata.Apply(m => m.Name), Annotations = { ["pulumi.com/skipAwait"] = "true" } },
                Spec = new ResourceQuotaSpecArgs { Hard = { ["pods"] = $"{team.Pods}", ["requests.cpu"] = team.Cpu } },
            }, inTeam);
            _ = new LimitRange($"{team.Name}-limits", new LimitRangeArgs
            {
                Metadata = metadata,
                Spec = new LimitRangeSpecArgs
                {
                    Limits = new LimitRangeItemArgs
                    {
                        Type = "Container",
                        Default = { ["cpu"] = "500m", ["memory"] = "256Mi" },
                        DefaultRequest = { ["cpu"] = "100m" },
                    },
                },
            }, inTeam);
            _ = new Networking.NetworkPolicy($"{team.Name}-isolation", new NetworkingArgs.NetworkPolicyArgs
            {
                Metadata = metadata,
                Spec = new NetworkingArgs.NetworkPolicySpecArgs
                {
                    PodSelector = new LabelSelectorArgs(),
                    PolicyTypes = { "Ingress" },
                    Ingress =
                    {
                        new NetworkingArgs.NetworkPolicyIngressRuleArgs
                        {
                            From = { new NetworkingArgs.NetworkPolicyPeerArgs { NamespaceSelector = new LabelSelectorArgs { MatchLabels = { ["team"] = team.Name } } } },
                            Ports = { new NetworkingArgs.NetworkPolicyPortArgs { Port = 8080, Protocol = "TCP" } },
                        },
                    },
                },
            }, inTeam);
            namespaces.Add(ns.Metadata.Apply(m => m.Name));
        }

        Namespaces = Output.All(namespaces.ToArray()).Apply(all => string.Join(',', all.Select(name => name[..name.LastIndexOf('-')])));
    }

    [Output("namespaces")]
    public Output<string> Namespaces { get; set; }

    private sealed record Team(string Name, int Pods, string Cpu);
}
