using System.Collections.Immutable;
using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Discovery = Pulumi.Kubernetes.Discovery.V1;
using DiscoveryArgs = Pulumi.Kubernetes.Types.Inputs.Discovery.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>Every type of Service, none of them with pods.</summary>
internal static class Services
{
    public static IDictionary<string, object?> Declare()
    {
        var skip = new ObjectMetaArgs { Annotations = { ["pulumi.com/skipAwait"] = "true" } };
        var types = new[] { "ClusterIP", "NodePort", "LoadBalancer" };
        var services = types.ToDictionary(type => type, type => new Service(type.ToLowerInvariant(), new ServiceArgs
        {
            Metadata = skip,
            Spec = new ServiceSpecArgs { Type = type, Ports = { new ServicePortArgs { Port = 80 } }, SessionAffinity = "None" },
        }));
        var headless = new Service("headless", new ServiceArgs { Spec = new ServiceSpecArgs { ClusterIP = "None", Selector = { ["app"] = "none" } } });
        var external = new Service("external", new ServiceArgs { Spec = new ServiceSpecArgs { Type = ServiceSpecType.ExternalName, ExternalName = "db.example.com" } });
        var slice = new Discovery.EndpointSlice("manual", new DiscoveryArgs.EndpointSliceArgs
        {
            Metadata = new ObjectMetaArgs { Labels = { ["kubernetes.io/service-name"] = services["ClusterIP"].Metadata.Apply(metadata => metadata.Name) } },
            AddressType = "IPv4",
            Endpoints = { new DiscoveryArgs.EndpointArgs { Addresses = { "192.0.2.10" }, Conditions = new DiscoveryArgs.EndpointConditionsArgs { Ready = true } } },
            Ports = { new DiscoveryArgs.EndpointPortArgs { Port = 80, Protocol = "TCP" } },
        });
        return new Dictionary<string, object?>
        {
            ["types"] = Output.All(services.Values.Select(service => service.Spec.Apply(spec => spec.Type))).Apply(all => all.Order(StringComparer.Ordinal).ToImmutableArray()),
            ["hasNodePort"] = services["NodePort"].Spec.Apply(spec => spec.Ports[0].NodePort >= 30000),
            ["headless"] = headless.Spec.Apply(spec => spec.ClusterIP),
            ["external"] = external.Spec.Apply(spec => spec.ExternalName),
            ["addresses"] = slice.Endpoints.Apply(endpoints => endpoints[0].Addresses),
        };
    }
}
