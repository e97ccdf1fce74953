using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

internal static class EndpointSliceDefinition
{
    private const int ShownItems = 3;
    private const string Unset = "<unset>";

    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "discovery.k8s.io",
        Version = "v1",
        Kind = "EndpointSlice",
        Plural = "endpointslices",
        Singular = "endpointslice",
        ModelType = typeof(V1EndpointSlice),
        TracksGeneration = true,
        Default = Default,
        Validate = EndpointSliceValidation.Validate,
        Warn = static (_, resource, warnings) =>
        {
            if (resource.Text("addressType") == "FQDN")
            {
                warnings.Add("spec.addressType: FQDN endpoints are deprecated");
            }
        },
        Columns =
        [
            Columns.Name,
            Columns.Text("AddressType", static resource => resource.Text("addressType")),
            Columns.Text("Ports", static resource => Join(resource.Items("ports").Select(Port))),
            Columns.Text("Endpoints", static resource => Join(resource.Items("endpoints").SelectMany(endpoint => endpoint.Texts("addresses")))),
            Columns.Age,
        ],
    };

    private static void Default(JsonObject resource)
    {
        foreach (var port in resource.Items("ports"))
        {
            port.Default("name", "");
            port.Default("protocol", "TCP");
        }
    }

    private static string Port(JsonObject port) => port["port"] is null
        ? port.Text("name") is { Length: > 0 } name ? name : "*"
        : port.Number("port").ToString(CultureInfo.InvariantCulture);

    private static string Join(IEnumerable<string> items)
    {
        var all = items.ToImmutableArray();
        var text = string.Join(',', all.Take(ShownItems));
        return all.Length == 0 ? Unset : all.Length <= ShownItems ? text : string.Create(CultureInfo.InvariantCulture, $"{text} + {all.Length - ShownItems} more...");
    }
}
