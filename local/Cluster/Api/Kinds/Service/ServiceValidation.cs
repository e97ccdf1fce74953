using System.Net;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

internal static class ServiceValidation
{
    private const int MaximumAffinitySeconds = 86400;

    private static readonly RuleSet Port = new()
    {
        { "name", PortName },
        { "port", Checks.Port },
        { "protocol", Checks.Needs(Checks.OneOf("SCTP", "TCP", "UDP")) },
        { "targetPort", PortRules.NumberOrName },
        { "appProtocol", Checks.WhenGiven(Checks.LabelKey) },
    };

    private static readonly RuleSet Spec = new()
    {
        { "ports", RequiredWhereServed },
        { HeadlessOnlyWithoutNodePorts },
        { "ports", Checks.Each(Port) },
        { "selector", Checks.Labels },
        { "sessionAffinity", Checks.Needs(Checks.OneOf("ClientIP", "None")) },
        { "sessionAffinityConfig", AffinityConfig },
        { "clusterIPs", Addresses },
        { "ipFamilyPolicy", SingleStack },
        { "ipFamilies", OnlyIPv4 },
        { "externalIPs", Checks.EachValue(Checks.IP) },
        { "type", Checks.Needs(Checks.OneOf("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")) },
        { "ports", NoNodePortsOnClusterIP, UniquePorts },
        { "loadBalancerSourceRanges", SourceRanges },
        { "allocateLoadBalancerNodePorts", OnlyForLoadBalancers },
        { "externalTrafficPolicy", ExternalTrafficPolicy },
        { "healthCheckNodePort", OnlyForLocalLoadBalancers },
        { "internalTrafficPolicy", InternalTrafficPolicy },
        { "loadBalancerClass", OnlyForLoadBalancers },
    };

    private static readonly RuleSet Ingress = new()
    {
        { "ip", Checks.WhenGiven(Checks.IP) },
        { "ipMode", Checks.WhenGiven(Checks.OneOf("Proxy", "VIP")) },
        { "hostname", Checks.WhenGiven(Checks.Named(NameRules.DnsSubdomain)) },
    };

    /// <summary>A DNS label: services have names in DNS.</summary>
    public static string? Name(string name, bool isPrefix) => NameRules.DnsLabel(name, isPrefix);

    public static void Validate(JsonObject? stored, JsonObject resource, FieldErrors errors)
    {
        new RuleSet { { "spec", Checks.Struct(Spec) } }.Check(resource, errors);
        if (stored is null || resource.Text("spec", "type") == "ExternalName" || stored.Text("spec", "type") == "ExternalName")
        {
            return;
        }

        var (before, after) = (stored.At("spec", "clusterIPs"), resource.At("spec", "clusterIPs"));
        if (before is JsonArray { Count: > 0 } && !before.Texts().Take(1).SequenceEqual(after.Texts().Take(1)))
        {
            errors.Invalid("spec.clusterIPs[0]", after, "may not change once set");
        }
    }

    public static void ValidateStatus(JsonObject? stored, JsonObject resource, FieldErrors errors)
    {
        var ingress = new Place(resource.At("status", "loadBalancer", "ingress"), "status.loadBalancer.ingress", null, resource, null, errors);
        if (resource.Text("spec", "type") != "LoadBalancer" && ingress.Value is JsonArray { Count: > 0 })
        {
            errors.Forbidden("status.loadBalancer", "may only be used when `spec.type` is \"LoadBalancer\"");
            return;
        }

        Checks.Each(Ingress)(ingress);
    }

    private static bool IsHeadless(JsonNode? spec) => spec.Text("clusterIP") == "None" || spec.Texts("clusterIPs").FirstOrDefault() == "None";

    private static void RequiredWhereServed(Place place)
    {
        if (!IsHeadless(place.Owner) && place.Owner.Text("type") != "ExternalName")
        {
            Checks.Required(place);
        }
    }

    private static void HeadlessOnlyWithoutNodePorts(Place place)
    {
        var type = place.Value.Text("type");
        if (ServiceDefaults.UsesNodePorts(type) && IsHeadless(place.Value))
        {
            place.Errors.Invalid($"{place.Path}.clusterIPs[0]", "None", $"may not be set to 'None' for {type} services");
        }

        if (type != "ExternalName")
        {
            return;
        }

        if (place.Value.Texts("clusterIPs").Any())
        {
            place.Errors.Forbidden($"{place.Path}.clusterIPs", "may not be set for ExternalName services");
        }

        var name = place.Field("externalName");
        if (Checks.IsAbsent(name.Value))
        {
            place.Errors.Required(name.Path);
        }
        else if (NameRules.DnsSubdomain(name.Text.EndsWith('.') ? name.Text[..^1] : name.Text, false) is { } problem)
        {
            place.Errors.Invalid(name.Path, name.Text, problem);
        }
    }

    private static void PortName(Place place)
    {
        var several = place.Root.At("spec", "ports") is JsonArray { Count: > 1 };
        if (place.Text.Length > 0)
        {
            Checks.FirstOf(Checks.Named(NameRules.DnsLabel), Checks.Unique)(place);
        }
        else if (several)
        {
            place.Errors.Required(place.Path);
        }
    }

    private static void AffinityConfig(Place place)
    {
        if (place.Owner.Text("sessionAffinity") == "ClientIP")
        {
            var timeout = place.Field("clientIP").Field("timeoutSeconds");
            if (timeout.Number is <= 0 or > MaximumAffinitySeconds)
            {
                place.Errors.Invalid(timeout.Path, timeout.Value, $"must be greater than 0 and less than {MaximumAffinitySeconds}");
            }
        }
    }

    private static void Addresses(Place place)
    {
        if (place.Owner.Text("type") == "ExternalName")
        {
            return;
        }

        var families = place.Owner.Texts("ipFamilies").ToList();
        foreach (var (address, index) in place.Items().Select((address, index) => (address, index)))
        {
            if (address.Text == "None" && index == 0)
            {
                continue;
            }

            if (!Checks.IsIP(address.Text))
            {
                place.Errors.Invalid(address.Path, address.Text, Checks.IPText);
            }
            else if (index < families.Count && families[index] != (address.Text.Contains(':', StringComparison.Ordinal) ? "IPv6" : "IPv4"))
            {
                place.Errors.Invalid(address.Path, address.Text, $"expected an {families[index]} value as indicated by `ipFamilies[{index}]`");
            }
        }
    }

    /// <summary>A headless service without selector may say that it wants both families: its endpoints are not the cluster's.</summary>
    private static bool IsFreeOfFamilies(JsonNode? spec) => IsHeadless(spec) && !spec.Entries("selector").Any();

    private static void SingleStack(Place place)
    {
        if (place.Text == "RequireDualStack" && !IsFreeOfFamilies(place.Owner))
        {
            place.Errors.Invalid(place.Path, place.Text, "this cluster is not configured for dual-stack services");
        }
    }

    private static void OnlyIPv4(Place place)
    {
        if (IsFreeOfFamilies(place.Owner) || place.Owner.Text("clusterIP") is not ("" or "None"))
        {
            return;
        }

        foreach (var family in place.Items().Where(family => family.Text != "IPv4"))
        {
            place.Errors.Invalid(family.Path, family.Text, "not configured on this cluster");
        }
    }

    private static void NoNodePortsOnClusterIP(Place place)
    {
        if (place.Owner.Text("type") != "ClusterIP")
        {
            return;
        }

        foreach (var port in place.Items().Where(port => port.Value.Number("nodePort") != 0))
        {
            place.Errors.Forbidden($"{port.Path}.nodePort", "may not be used when `type` is 'ClusterIP'");
        }
    }

    private static void UniquePorts(Place place)
    {
        foreach (var port in place.Items())
        {
            var (number, protocol) = (port.Value.Number("port"), port.Value.Text("protocol"));
            if (port.List!.IsRepeated(protocol, $"{number}"))
            {
                // Upstream prints its own struct, with the names of its fields.
                var printed = new JsonObject { ["Name"] = "", ["Protocol"] = protocol, ["AppProtocol"] = null, ["Port"] = number, ["TargetPort"] = 0, ["NodePort"] = 0 };
                place.Errors.Duplicate(port.Path, printed);
            }
        }
    }

    private static void SourceRanges(Place place)
    {
        if (place.Value is not JsonArray { Count: > 0 })
        {
            return;
        }

        if (place.Owner.Text("type") != "LoadBalancer")
        {
            place.Errors.Forbidden(place.Path, "may only be used when `type` is 'LoadBalancer'");
        }

        foreach (var range in place.Items().Where(range => !IPNetwork.TryParse(range.Text.Trim(), out _)))
        {
            place.Errors.Invalid(range.Path, range.Text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
        }
    }

    private static void OnlyForLoadBalancers(Place place)
    {
        if (place.Value is not null && place.Owner.Text("type") != "LoadBalancer")
        {
            place.Errors.Forbidden(place.Path, "may only be used when `type` is 'LoadBalancer'");
        }
    }

    private static void ExternalTrafficPolicy(Place place)
    {
        if (!ServiceDefaults.IsReachedFromOutside(place.Owner))
        {
            if (!Checks.IsAbsent(place.Value))
            {
                place.Errors.Invalid(place.Path, place.Text, "may only be set for externally-accessible services");
            }

            return;
        }

        Checks.Needs(Checks.OneOf("Cluster", "Local"))(place);
    }

    private static void OnlyForLocalLoadBalancers(Place place)
    {
        if (place.Number is < 0)
        {
            place.Errors.Invalid(place.Path, place.Value, "must be greater than or equal to 0");
        }
        else if (place.Number is > 0 && !ServiceDefaults.NeedsHealthCheckPort(place.Owner))
        {
            place.Errors.Invalid(place.Path, place.Value, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
        }
    }

    private static void InternalTrafficPolicy(Place place)
    {
        if (place.Owner.Text("type") is "NodePort" or "LoadBalancer" or "ClusterIP")
        {
            Checks.Needs(Checks.OneOf("Cluster", "Local"))(place);
        }
    }
}
