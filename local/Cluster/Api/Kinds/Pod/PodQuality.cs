using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>The class of service that requests and limits of CPU and memory buy.</summary>
internal static class PodQuality
{
    private static readonly string[] Counted = ["cpu", "memory"];

    public static string ClassOf(JsonObject spec)
    {
        var containers = spec.Items("initContainers").Concat(spec.Items("containers")).ToList();
        if (!containers.Exists(container => Counted.Any(name => Amount(container, "requests", name) is not null || Amount(container, "limits", name) is not null)))
        {
            return "BestEffort";
        }

        return containers.TrueForAll(container => Counted.All(name => Amount(container, "limits", name) is { } limit && (Amount(container, "requests", name) ?? limit) == limit))
            ? "Guaranteed"
            : "Burstable";
    }

    private static Quantity? Amount(JsonObject container, string list, string name) =>
        Quantity.TryParse(container.Text("resources", list, name), out var quantity) && quantity.Sign > 0 ? quantity : null;
}
