using System.Collections.Immutable;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Definitions of kinds that are kept and shown as they are given: they have neither defaults nor rules of their own here.</summary>
internal static class StoredKinds
{
    /// <param name="model">The client model; its name without the version is the kind.</param>
    /// <param name="plural">The name in paths.</param>
    /// <param name="columns">The columns between the name and what follows the age; none for the name and the time of creation.</param>
    public static ResourceDefinition Of(string group, Type model, string plural, params ImmutableArray<TableColumn> columns)
    {
        var kind = model.Name[2..];
        return new ResourceDefinition
        {
            Group = group,
            Version = "v1",
            Kind = kind,
            Plural = plural,
            Singular = kind.ToLowerInvariant(),
            ModelType = model,
            Namespaced = false,
            Columns = columns.IsEmpty ? [] : [Columns.Name, .. columns],
        };
    }
}
