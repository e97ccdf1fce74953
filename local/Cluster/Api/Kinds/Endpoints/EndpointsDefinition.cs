using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

internal static class EndpointsDefinition
{
    private const int ShownEndpoints = 3;

    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Endpoints",
        Plural = "endpoints",
        Singular = "endpoints",
        ShortNames = ["ep"],
        AllowCreateOnUpdate = true,
        ModelType = typeof(V1Endpoints),
        Deprecation = "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
        Default = Default,
        Columns = [Columns.Name, Columns.Text("Endpoints", static resource => Print(resource)), Columns.Age],
    };

    private static void Default(JsonObject resource)
    {
        foreach (var port in resource.Items("subsets").SelectMany(subset => subset.Items("ports")))
        {
            port.Default("protocol", "TCP");
        }
    }

    private static string Print(JsonObject resource)
    {
        var all = resource.Items("subsets").SelectMany(subset => subset.Items("ports").Any()
            ? subset.Items("ports").SelectMany(port => subset.Items("addresses").Select(address => string.Create(CultureInfo.InvariantCulture, $"{address.Text("ip")}:{port.Number("port")}")))
            : subset.Items("addresses").Select(address => address.Text("ip"))).ToList();
        var text = string.Join(',', all.Take(ShownEndpoints));
        return all.Count <= ShownEndpoints ? Columns.OrNone(text) : string.Create(CultureInfo.InvariantCulture, $"{text} + {all.Count - ShownEndpoints} more...");
    }
}
