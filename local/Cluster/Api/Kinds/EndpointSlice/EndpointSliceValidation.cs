using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

internal static class EndpointSliceValidation
{
    private const int MaximumEndpoints = 1000;
    private const int MaximumPorts = 20000;
    private const int MaximumAddresses = 100;

    private static readonly RuleSet Endpoint = new()
    {
        { "addresses", Addresses },
        { "hostname", Checks.WhenGiven(Checks.Named(NameRules.DnsLabel)) },
        { "nodeName", Checks.WhenGiven(Checks.Named(NameRules.DnsSubdomain)) },
    };

    private static readonly RuleSet Port = new()
    {
        { "name", Checks.WhenGiven(Checks.Named(NameRules.DnsLabel)) },
        { "name", Checks.Unique },
        { "protocol", Checks.Needs(Checks.OneOf("SCTP", "TCP", "UDP")) },
        { "port", Checks.WhenGiven(Checks.Port) },
    };

    private static readonly RuleSet Rules = new()
    {
        { "addressType", Checks.Needs(Checks.OneOf("FQDN", "IPv4", "IPv6")) },
        { "endpoints", AtMost(MaximumEndpoints), Checks.Each(Endpoint) },
        { "ports", AtMost(MaximumPorts), Checks.Each(Port) },
    };

    public static void Validate(JsonObject? stored, JsonObject resource, FieldErrors errors)
    {
        if (stored is not null && stored.Text("addressType") != resource.Text("addressType"))
        {
            // The family is settled at creation; addresses are held against the settled one, so that the complaint about it comes alone.
            errors.Invalid("addressType", resource.Text("addressType"), Checks.ImmutableText);
            resource = resource.DeepClone().AsObject();
            resource["addressType"] = stored.Text("addressType");
        }

        Rules.Check(resource, errors);
    }

    private static void Addresses(Place place)
    {
        if (Checks.IsAbsent(place.Value))
        {
            place.Errors.Required(place.Path, "must contain at least 1 address");
            return;
        }

        if (place.Value is JsonArray { Count: > MaximumAddresses } list)
        {
            place.Errors.TooMany(place.Path, list.Count, MaximumAddresses);
        }

        var type = place.Root.Text("addressType");
        foreach (var address in place.Items())
        {
            switch (type)
            {
                case "IPv4" or "IPv6":
                    Address(address, place.Path, type == "IPv4" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6);
                    break;
                case "FQDN":
                    Checks.Named(NameRules.DnsSubdomain)(address);
                    break;
                default:
                    break;
            }
        }
    }

    private static void Address(Place place, string listPath, AddressFamily family)
    {
        if (!Checks.IsIP(place.Text))
        {
            place.Errors.Invalid(place.Path, place.Text, Checks.IPText);
            return;
        }

        var address = IPAddress.Parse(place.Text);
        if (address.AddressFamily != family)
        {
            place.Errors.Invalid(listPath, place.Text, family == AddressFamily.InterNetwork ? "must be an IPv4 address" : "must be an IPv6 address");
        }

        if (Special(address) is { } problem)
        {
            place.Errors.Invalid(place.Path, place.Text, problem);
        }
    }

    /// <summary>Addresses that mean something else on every machine. IPv4's loopback range is where this cluster's pods are, so it is allowed.</summary>
    private static string? Special(IPAddress address) => address switch
    {
        _ when address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) => $"may not be unspecified ({address})",
        _ when address.Equals(IPAddress.IPv6Loopback) => "may not be in the loopback range (127.0.0.0/8, ::1/128)",
        _ when address.IsIPv6LinkLocal || IPNetwork.Parse("169.254.0.0/16").Contains(address) => "may not be in the link-local range (169.254.0.0/16, fe80::/10)",
        _ when IPNetwork.Parse("224.0.0.0/24").Contains(address) || IPNetwork.Parse("ff02::/16").Contains(address) => "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)",
        _ => null,
    };

    private static Check AtMost(int maximum) => place =>
    {
        if (place.Value is JsonArray list && list.Count > maximum)
        {
            place.Errors.TooMany(place.Path, list.Count, maximum);
        }
    };
}
