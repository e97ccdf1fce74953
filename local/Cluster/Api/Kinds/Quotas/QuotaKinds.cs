using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Bounds of what a namespace may use. They are kept and shown, but not enforced here.</summary>
internal static class QuotaKinds
{
    public static IEnumerable<ResourceDefinition> All =>
    [
        StoredKinds.Of("", typeof(V1LimitRange), "limitranges") with { Namespaced = true, ShortNames = ["limits"], Default = DefaultLimits },
        StoredKinds.Of(
            "",
            typeof(V1ResourceQuota),
            "resourcequotas",
            Columns.Text("Request", static resource => Usage(resource, isLimit: false)),
            Columns.Text("Limit", static resource => Usage(resource, isLimit: true)),
            Columns.Age) with
        {
            Namespaced = true, ShortNames = ["quota"], HasStatus = true, ReturnsDeletedObject = true,
            PrepareForCreate = static resource => resource["status"] = new JsonObject(),
        },
    ];

    /// <summary>For containers, the maximum is the default limit, the default limit the default request, and so is the minimum.</summary>
    private static void DefaultLimits(JsonObject resource)
    {
        foreach (var item in resource.Items("spec", "limits").Where(item => item.Text("type") == "Container"))
        {
            Fill(item, "default", item.Struct("max"));
            Fill(item, "defaultRequest", item.Struct("default"));
            Fill(item, "defaultRequest", item.Struct("min"));
        }
    }

    private static void Fill(JsonObject item, string field, JsonObject? amounts)
    {
        foreach (var (name, amount) in amounts ?? [])
        {
            item.Need(field).Default(name, amount?.DeepClone());
        }
    }

    private static string Usage(JsonObject resource, bool isLimit) => string.Join(", ", resource.Entries("status", "hard")
        .Where(entry => entry.Key.StartsWith("limits.", StringComparison.Ordinal) == isLimit)
        .OrderBy(entry => entry.Key, StringComparer.Ordinal)
        .Select(entry => $"{entry.Key}: {resource.Text("status", "used", entry.Key)}/{entry.Value.Text()}"));
}
