using System.Collections.Immutable;
using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

internal static class NamespaceDefinition
{
    /// <summary>The label that every namespace has, so that selectors can name it.</summary>
    private const string NameLabel = "kubernetes.io/metadata.name";

    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Namespace",
        Plural = "namespaces",
        Singular = "namespace",
        Namespaced = false,
        ShortNames = ["ns"],
        Verbs = ["create", "delete", "get", "list", "patch", "update", "watch"],
        ModelType = typeof(V1Namespace),
        HasStatus = true,
        ReturnsDeletedObject = true,
        Subresources = [new SubresourceDefinition("finalize", "Namespace", ["update"])],
        ValidateName = NameRules.DnsLabel,
        SelectableFields = ImmutableDictionary<string, Func<JsonObject, string>>.Empty.Add("status.phase", static resource => resource.Text("status", "phase")),
        Default = Default,
        PrepareForCreate = PrepareForCreate,
        PrepareForUpdate = static (stored, resource) => resource.CopyFrom(stored, "spec"),
        Columns = [Columns.Name, Columns.Text("Status", static resource => resource.Text("status", "phase")), Columns.Age],
    };

    private static void Default(JsonObject resource)
    {
        if (resource.Text("metadata", "name") is { Length: > 0 } name)
        {
            resource.Need("metadata").Need("labels").Default(NameLabel, name);
        }
    }

    private static void PrepareForCreate(JsonObject resource)
    {
        resource["status"] = new JsonObject { ["phase"] = "Active" };
        var finalizers = resource.Texts("spec", "finalizers").Append("kubernetes").Distinct(StringComparer.Ordinal);
        resource.Need("spec")["finalizers"] = new JsonArray([.. finalizers.Select(name => (JsonNode)name)]);
    }
}
