using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>What says how requests come to services. None of it is acted upon here: services listen on node ports.</summary>
internal static class NetworkingKinds
{
    private const string Group = "networking.k8s.io";

    private static readonly RuleSet IngressRules = new()
    {
        {
            "spec", Checks.Struct(new RuleSet
            {
                { NotEmpty },
                { "rules", Checks.Each(new RuleSet { { "http", Checks.Struct(new RuleSet { { "paths", Checks.Needs(Checks.Each(Path())) } }) } }) },
                { "defaultBackend", Checks.Struct(Backend()) },
            })
        },
    };

    public static IEnumerable<ResourceDefinition> All =>
    [
        StoredKinds.Of(
            Group,
            typeof(V1Ingress),
            "ingresses",
            Columns.Text("Class", static resource => Columns.OrNone(resource.Text("spec", "ingressClassName"))),
            Columns.Text("Hosts", static resource => Hosts(resource)),
            Columns.Text("Address", static resource => string.Join(',', resource.Items("status", "loadBalancer", "ingress").Select(item => item.Text("ip") is { Length: > 0 } address ? address : item.Text("hostname")))),
            Columns.Text("Ports", static resource => resource.Items("spec", "tls").Any() ? "80, 443" : "80"),
            Columns.Age) with
        {
            Namespaced = true, ShortNames = ["ing"], HasStatus = true, TracksGeneration = true,
            PrepareForCreate = static resource => resource["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() },
            Validate = static (_, resource, errors) => IngressRules.Check(resource, errors),
        },
        StoredKinds.Of(
            Group,
            typeof(V1IngressClass),
            "ingressclasses",
            Columns.Text("Controller", static resource => resource.Text("spec", "controller")),
            Columns.Text("Parameters", static resource => Reference(resource.Struct("spec", "parameters"))),
            Columns.Age) with { TracksGeneration = true },
        StoredKinds.Of(Group, typeof(V1IPAddress), "ipaddresses", Columns.Text("ParentRef", static resource => Parent(resource.Struct("spec", "parentRef")))) with { ShortNames = ["ip"], TracksGeneration = true },
        StoredKinds.Of(Group, typeof(V1NetworkPolicy), "networkpolicies", Columns.Text("Pod-Selector", static resource => Selectors.Print(resource.Struct("spec", "podSelector"))), Columns.Age) with
        {
            Namespaced = true, ShortNames = ["netpol"], TracksGeneration = true, Default = DefaultPolicy,
        },
        StoredKinds.Of(Group, typeof(V1ServiceCIDR), "servicecidrs", Columns.Text("CIDRs", static resource => string.Join(',', resource.Texts("spec", "cidrs"))), Columns.Age) with { HasStatus = true, TracksGeneration = true },
    ];

    private static void NotEmpty(Place place)
    {
        if (!place.Value.Items("rules").Any() && place.Value.Struct("defaultBackend") is null)
        {
            place.Errors.Invalid(place.Path, new JsonArray(), "either `defaultBackend` or `rules` must be specified");
        }
    }

    private static RuleSet Path() => new()
    {
        { "pathType", Checks.Needs(Checks.OneOf("Exact", "ImplementationSpecific", "Prefix")) },
        { "path", AbsolutePath },
        { "backend", Checks.Struct(Backend()) },
    };

    private static RuleSet Backend() => new()
    {
        {
            "service", Checks.Struct(new RuleSet
            {
                { "name", Checks.Needs(Checks.Named(NameRules.Dns1035Label)) },
                { "port", PortOfBackend },
            })
        },
    };

    private static void AbsolutePath(Place place)
    {
        if (place.Owner.Text("pathType") is "Exact" or "Prefix" && !place.Text.StartsWith('/'))
        {
            place.Errors.Invalid(place.Path, place.Text, "must be an absolute path");
        }
    }

    private static void PortOfBackend(Place place)
    {
        if (place.Value.Text("name").Length == 0 && place.Value.Number("number") == 0)
        {
            place.Errors.Required(place.Path, "port name or number is required");
        }
        else if (place.Value.Text("name").Length == 0)
        {
            Checks.Port(place.Field("number"));
        }
    }

    private static void DefaultPolicy(JsonObject resource)
    {
        var spec = resource.Need("spec");
        if (spec["policyTypes"] is not JsonArray { Count: > 0 })
        {
            spec["policyTypes"] = spec["egress"] is JsonArray { Count: > 0 } ? new JsonArray("Ingress", "Egress") : new JsonArray("Ingress");
        }

        foreach (var port in spec.Items("ingress").Concat(spec.Items("egress")).SelectMany(rule => rule.Items("ports")))
        {
            port.Default("protocol", "TCP");
        }
    }

    private static string Hosts(JsonObject resource)
    {
        var hosts = resource.Items("spec", "rules").Select(rule => rule.Text("host")).Where(host => host.Length > 0).ToList();
        return hosts.Count == 0 ? "*" : string.Join(',', hosts.Take(3)) + (hosts.Count > 3 ? string.Create(CultureInfo.InvariantCulture, $" + {hosts.Count - 3} more...") : "");
    }

    private static string Reference(JsonObject? parameters) => parameters is null
        ? Columns.None
        : $"{parameters.Text("kind")}{(parameters.Text("apiGroup") is { Length: > 0 } group ? $".{group}" : "")}/{parameters.Text("name")}";

    private static string Parent(JsonObject? parent) => string.Join('/', ((string[])[parent.Text("resource"), parent.Text("namespace"), parent.Text("name")]).Where(part => part.Length > 0));
}
