using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

internal static class ServicePrinter
{
    public static ImmutableArray<TableColumn> Columns { get; } =
    [
        Kinds.Columns.Name,
        Kinds.Columns.Text("Type", static resource => resource.Text("spec", "type")),
        Kinds.Columns.Text("Cluster-IP", static resource => Kinds.Columns.OrNone(resource.Texts("spec", "clusterIPs").FirstOrDefault(""))),
        Kinds.Columns.Text("External-IP", static resource => ExternalAddress(resource)),
        Kinds.Columns.Text("Port(s)", static resource => Kinds.Columns.OrNone(string.Join(',', resource.Items("spec", "ports").Select(Port)))),
        Kinds.Columns.Age,
        Kinds.Columns.Wide("Selector", static resource => Kinds.Columns.Labels(resource.At("spec", "selector"))),
    ];

    private static string ExternalAddress(JsonObject resource)
    {
        var external = resource.Texts("spec", "externalIPs").ToList();
        switch (resource.Text("spec", "type"))
        {
            case "LoadBalancer":
                var ingress = resource.Items("status", "loadBalancer", "ingress")
                    .Select(item => item.Text("ip") is { Length: > 0 } address ? address : item.Text("hostname"))
                    .Where(text => text.Length > 0)
                    .Order(StringComparer.Ordinal);
                var all = string.Join(',', ingress.Concat(external));
                return all.Length > 0 ? all : "<pending>";
            case "ExternalName":
                return resource.Text("spec", "externalName");
            default:
                return Kinds.Columns.OrNone(string.Join(',', external));
        }
    }

    private static string Port(JsonObject port) => port.Number("nodePort") is var nodePort and not 0
        ? string.Create(CultureInfo.InvariantCulture, $"{port.Number("port")}:{nodePort}/{port.Text("protocol")}")
        : string.Create(CultureInfo.InvariantCulture, $"{port.Number("port")}/{port.Text("protocol")}");
}
