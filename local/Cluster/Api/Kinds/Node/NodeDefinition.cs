using System.Collections.Immutable;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

internal static class NodeDefinition
{
    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Node",
        Plural = "nodes",
        Singular = "node",
        Namespaced = false,
        ShortNames = ["no"],
        ModelType = typeof(V1Node),
        HasStatus = true,
        Subresources = [new SubresourceDefinition("proxy", "NodeProxyOptions", ["create", "delete", "get", "patch", "update"])],
        KeepsStatusAtCreation = true,
        SelectableFields = ImmutableDictionary<string, Func<JsonObject, string>>.Empty.Add("spec.unschedulable", static resource => resource.Flag("spec", "unschedulable") ? "true" : "false"),
        Default = Default,
        Validate = NodeValidation.Validate,
        Columns = NodePrinter.Columns,
    };

    private static void Default(JsonObject resource)
    {
        var spec = resource.Need("spec");
        if (spec.Text("podCIDR") is { Length: > 0 } range && spec.Texts("podCIDRs").FirstOrDefault() != range)
        {
            // Where the two differ, the older field holds.
            spec["podCIDRs"] = new JsonArray(range);
        }

        if (resource.Struct("status") is { } status && status.Struct("capacity") is { } capacity)
        {
            status.Default("allocatable", capacity.DeepClone());
        }
    }
}
