using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api.CustomResources;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Kinds;

internal static class CustomResourceDefinitionDefinition
{
    /// <summary>Holds a definition until its objects are gone.</summary>
    public const string CleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "apiextensions.k8s.io",
        Version = "v1",
        Kind = "CustomResourceDefinition",
        Plural = "customresourcedefinitions",
        Singular = "customresourcedefinition",
        Namespaced = false,
        ShortNames = ["crd", "crds"],
        Categories = ["api-extensions"],
        ModelType = typeof(V1CustomResourceDefinition),
        HasStatus = true,
        TracksGeneration = true,
        AllowUnconditionalUpdate = false,
        AllowsPlainFinalizers = true,
        ReturnsDeletedObject = true,
        Default = Default,
        PrepareForCreate = static resource =>
        {
            StatusReset.Empty(resource, ModelSchemas.Of<V1CustomResourceDefinition>());
            KeepStoredVersion(resource);
        },
        PrepareForUpdate = static (_, resource) => KeepStoredVersion(resource),
        MarkDeleted = MarkDeleted,
        Validate = CustomResourceDefinitionValidation.Validate,
        ValidateStatus = CustomResourceDefinitionValidation.ValidateStatus,
        Warn = CustomResourceDefinitionWarnings.Add,
        Columns = [Columns.Name, new TableColumn("Created At", "date", "", 0, static (resource, _) => resource.Text("metadata", "creationTimestamp"))],
    };

    /// <summary>Every version that ever was the storage version stays in the list until someone who has migrated the objects takes it out.</summary>
    private static void KeepStoredVersion(JsonObject resource)
    {
        var storage = resource.Items("spec", "versions").FirstOrDefault(version => version.Flag("storage")).Text("name");
        var stored = resource.Texts("status", "storedVersions").ToList();
        if (storage.Length > 0 && !stored.Contains(storage))
        {
            resource.Need("status")["storedVersions"] = new JsonArray([.. stored.Append(storage).Select(name => (JsonNode)name)]);
        }
    }

    private static void Default(JsonObject resource)
    {
        var spec = resource.Need("spec");
        var names = spec.Need("names");
        var kind = names.Text("kind");
        if (kind.Length > 0 && names.Text("singular").Length == 0)
        {
            names["singular"] = kind.ToLowerInvariant();
        }

        if (kind.Length > 0 && names.Text("listKind").Length == 0)
        {
            names["listKind"] = kind + "List";
        }

        spec.Default("conversion", new JsonObject { ["strategy"] = "None" });
    }

    private static void MarkDeleted(JsonObject resource, string now)
    {
        var metadata = resource.Need("metadata");
        metadata["deletionTimestamp"] = now;
        var finalizers = resource.Texts("metadata", "finalizers").Append(CleanupFinalizer).Distinct(StringComparer.Ordinal);
        metadata["finalizers"] = new JsonArray([.. finalizers.Select(name => (JsonNode)name)]);
        DefinitionConditions.Set(
            resource, "Terminating", true, "InstanceDeletionPending", "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon", now);
    }
}
