using System.Globalization;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Controllers.Namespaces;

/// <summary>The conditions of a namespace that is being deleted, in upstream's words.</summary>
internal static class NamespaceConditions
{
    /// <param name="remaining">Resource (<c>pods.</c>, <c>deployments.apps</c>) and number of what is left.</param>
    /// <param name="finalizers">The finalizers that hold it, with the number of objects.</param>
    public static void Set(JsonObject value, IReadOnlyList<(string Label, int Count)> remaining, IReadOnlyDictionary<string, int> finalizers, string now)
    {
        var content = string.Join(", ", remaining.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Label} has {entry.Count} resource instances")));
        var holders = string.Join(", ", finalizers.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key} in {entry.Value} resource instances")));
        Put("NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", "All resources successfully discovered");
        Put("NamespaceDeletionGroupVersionParsingFailure", "False", "ParsedGroupVersions", "All legacy kube types successfully parsed");
        Put("NamespaceDeletionContentFailure", "False", "ContentDeleted", "All content successfully deleted, may be waiting on finalization");
        Put("NamespaceContentRemaining", "True", "SomeResourcesRemain", "Some resources are remaining: " + content);
        if (finalizers.Count > 0)
        {
            Put("NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain", "Some content in the namespace has finalizers remaining: " + holders);
        }
        else
        {
            Put("NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers", "All content-preserving finalizers finished");
        }

        void Put(string type, string status, string reason, string message)
        {
            var former = StatusConditions.Find(value, type);
            var changed = former.Text("status") == status ? former.Text("lastTransitionTime") ?? now : now;
            StatusConditions.Put(value, new JsonObject { ["type"] = type, ["status"] = status, ["lastTransitionTime"] = changed, ["reason"] = reason, ["message"] = message });
        }
    }
}
