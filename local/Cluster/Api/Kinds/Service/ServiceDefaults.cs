using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>What a Service's spec gets without being asked, and what it keeps or gives up in updates.</summary>
internal static class ServiceDefaults
{
    private const int AffinitySeconds = 10800;

    public static void Apply(JsonObject resource)
    {
        var spec = resource.Need("spec");
        spec.Default("sessionAffinity", "None");
        if (spec.Text("sessionAffinity") == "None")
        {
            spec.Remove("sessionAffinityConfig");
        }
        else if (spec.Text("sessionAffinity") == "ClientIP")
        {
            spec.Need("sessionAffinityConfig").Need("clientIP").Default("timeoutSeconds", AffinitySeconds);
        }

        spec.Default("type", "ClusterIP");
        foreach (var port in spec.Items("ports"))
        {
            port.Default("protocol", "TCP");
            if (port["targetPort"] is not { } target || target.OptionalNumber() == 0 || (target.OptionalNumber() is null && target.Text().Length == 0))
            {
                port["targetPort"] = port.Number("port");
            }
        }

        var type = spec.Text("type");
        if (IsReachedFromOutside(spec))
        {
            spec.Default("externalTrafficPolicy", "Cluster");
        }

        if (type is "NodePort" or "LoadBalancer" or "ClusterIP")
        {
            spec.Default("internalTrafficPolicy", "Cluster");
        }

        if (type == "LoadBalancer")
        {
            spec.Default("allocateLoadBalancerNodePorts", true);
        }

        ApplyToStatus(resource);
    }

    public static void ApplyToStatus(JsonObject resource)
    {
        foreach (var ingress in resource.Items("status", "loadBalancer", "ingress"))
        {
            if (ingress.Text("ip").Length > 0)
            {
                ingress.Default("ipMode", "VIP");
            }
        }
    }

    public static void PrepareForCreate(JsonObject resource)
    {
        resource["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };
        AlignAddresses(null, resource.Need("spec"));
    }

    public static void PrepareForUpdate(JsonObject stored, JsonObject resource)
    {
        var spec = resource.Need("spec");
        var before = stored.Need("spec");
        var (oldType, newType) = (before.Text("type"), spec.Text("type"));
        if (newType != "ExternalName" && oldType != "ExternalName")
        {
            KeepAddresses(before, spec);
        }

        if (UsesNodePorts(oldType) && UsesNodePorts(newType))
        {
            KeepNodePorts(before, spec);
        }

        if (NeedsHealthCheckPort(before) && NeedsHealthCheckPort(spec) && spec.Number("healthCheckNodePort") == 0)
        {
            spec.CopyFrom(before, "healthCheckNodePort");
        }

        DropWhatTheTypeLacks(before, spec);
        if (newType != "LoadBalancer" && resource["status"] is JsonObject status)
        {
            // That the cloud still has to take its address back is its own business.
            status["loadBalancer"] = new JsonObject();
        }

        AlignAddresses(before, spec);
    }

    public static bool UsesNodePorts(string type) => type is "NodePort" or "LoadBalancer";

    /// <summary>Addresses that an update does not mention stay.</summary>
    private static void KeepAddresses(JsonObject before, JsonObject spec)
    {
        if (spec.Text("clusterIP").Length == 0 && spec["clusterIPs"] is not JsonArray { Count: > 0 })
        {
            spec.CopyFrom(before, "clusterIP");
            spec.CopyFrom(before, "clusterIPs");
        }

        if (spec["ipFamilies"] is not JsonArray { Count: > 0 })
        {
            spec.CopyFrom(before, "ipFamilies");
        }

        if (spec["ipFamilyPolicy"] is null)
        {
            spec.CopyFrom(before, "ipFamilyPolicy");
        }
    }

    /// <summary>Node ports that an update does not mention stay with the port and protocol that they belong to.</summary>
    private static void KeepNodePorts(JsonObject before, JsonObject spec)
    {
        var taken = spec.Items("ports").Select(port => port.Number("nodePort")).Where(port => port != 0).ToHashSet();
        var former = before.Items("ports").ToLookup(port => (port.Number("port"), port.Text("protocol")), port => port.Number("nodePort"));
        foreach (var port in spec.Items("ports").Where(port => port.Number("nodePort") == 0))
        {
            if (former[(port.Number("port"), port.Text("protocol"))].FirstOrDefault() is var number and not 0 && taken.Add(number))
            {
                port["nodePort"] = number;
            }
        }
    }

    /// <summary>True where traffic from outside the cluster may come.</summary>
    public static bool IsReachedFromOutside(JsonNode? spec) =>
        UsesNodePorts(spec.Text("type")) || (spec.Text("type") == "ClusterIP" && spec.Texts("externalIPs").Any());

    public static bool NeedsHealthCheckPort(JsonNode? spec) => spec.Text("type") == "LoadBalancer" && spec.Text("externalTrafficPolicy") == "Local";

    /// <summary>Fields that were filled in for the former type and say nothing under the new one go, unless the client changed them.</summary>
    private static void DropWhatTheTypeLacks(JsonObject before, JsonObject spec)
    {
        var (oldType, newType) = (before.Text("type"), spec.Text("type"));
        if (newType == "ExternalName" && oldType != "ExternalName")
        {
            foreach (var field in (string[])["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"])
            {
                DropUnchanged(field);
            }
        }

        var former = before.Items("ports").Select(port => port.Number("nodePort")).Append(0).ToHashSet();
        if (UsesNodePorts(oldType) && !UsesNodePorts(newType) && spec.Items("ports").All(port => former.Contains(port.Number("nodePort"))))
        {
            // One that is new shows that the client means them; then validation tells.
            foreach (var port in spec.Items("ports"))
            {
                port.Remove("nodePort");
            }
        }

        if (NeedsHealthCheckPort(before) && !NeedsHealthCheckPort(spec))
        {
            DropUnchanged("healthCheckNodePort");
        }

        if (oldType == "LoadBalancer" && newType != "LoadBalancer")
        {
            DropUnchanged("allocateLoadBalancerNodePorts");
            DropUnchanged("loadBalancerClass");
        }

        if (IsReachedFromOutside(before) && !IsReachedFromOutside(spec))
        {
            DropUnchanged("externalTrafficPolicy");
        }

        void DropUnchanged(string field)
        {
            if (spec[field].SameAs(before[field]))
            {
                spec.Remove(field);
            }
        }
    }

    /// <summary>Makes clusterIP and clusterIPs say the same, and settles the address family, which is IPv4 here.</summary>
    private static void AlignAddresses(JsonObject? before, JsonObject spec)
    {
        if (spec.Text("type") == "ExternalName")
        {
            return;
        }

        var single = spec.Text("clusterIP");
        var several = spec.Texts("clusterIPs").ToList();
        if (single.Length > 0 && (several.Count == 0 || (before is not null && single != before.Text("clusterIP") && several.SequenceEqual(before.Texts("clusterIPs")))))
        {
            spec["clusterIPs"] = new JsonArray(single);
        }

        var headlessWithoutSelector = spec.Text("clusterIP") == "None" && !spec.Entries("selector").Any();
        if (headlessWithoutSelector && before is null && spec["ipFamilyPolicy"] is null && spec["ipFamilies"] is not JsonArray { Count: > 0 })
        {
            // Whoever writes the endpoints of such a service may use both families, whatever the cluster has.
            spec["ipFamilyPolicy"] = "RequireDualStack";
            spec["ipFamilies"] = new JsonArray("IPv4", "IPv6");
            return;
        }

        spec.Default("ipFamilyPolicy", "SingleStack");
        if (spec["ipFamilies"] is not JsonArray { Count: > 0 })
        {
            spec["ipFamilies"] = new JsonArray("IPv4");
        }
    }
}
