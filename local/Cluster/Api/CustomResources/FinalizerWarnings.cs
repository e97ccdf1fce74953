using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Kinds;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>Warns of new finalizers whose names anybody else may choose too.</summary>
internal static class FinalizerWarnings
{
    private static readonly string[] Standard = ["orphan", "foregroundDeletion", "kubernetes"];

    public static void Add(JsonObject? stored, JsonObject value, ICollection<string> warnings)
    {
        var added = value.Texts("metadata", "finalizers").Except(stored.Texts("metadata", "finalizers"), StringComparer.Ordinal);
        foreach (var finalizer in added.Order(StringComparer.Ordinal).Where(finalizer => !finalizer.Contains('/', StringComparison.Ordinal) && !Standard.Contains(finalizer)))
        {
            warnings.Add($"metadata.finalizers: \"{finalizer}\": prefer a domain-qualified finalizer name "
                + (finalizer.Contains('.', StringComparison.Ordinal) ? "including a path (/) " : "") + "to avoid accidental conflicts with other finalizer writers");
        }
    }
}
