using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Kinds;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>Which of the names that a definition asks for it gets: those that no other definition of its group has.</summary>
internal static class NameAcceptance
{
    private static readonly (string Field, string Reason, bool IsKind)[] Single =
    [
        ("plural", "PluralConflict", false),
        ("singular", "SingularConflict", false),
        ("kind", "KindConflict", true),
        ("listKind", "ListKindConflict", true),
    ];

    /// <summary>Sets the accepted names and the conditions NamesAccepted and, where it is new, Established, in place; says whether anything changed.</summary>
    /// <param name="others">The accepted names of the group's other definitions.</param>
    public static bool Apply(JsonObject resource, IReadOnlyCollection<JsonObject> others, string now)
    {
        var asked = resource.Struct("spec", "names")!;
        var status = resource.Need("status");
        var before = status.Need("acceptedNames");
        if (before.SameAs(asked) && DefinitionConditions.Find(resource, "NamesAccepted") is not null)
        {
            return false;
        }

        var old = resource.DeepClone().AsObject();
        var resources = others.SelectMany(names => names.Texts("shortNames").Append(names.Text("plural")).Append(names.Text("singular"))).ToHashSet(StringComparer.Ordinal);
        var kinds = others.SelectMany(names => (string[])[names.Text("kind"), names.Text("listKind")]).ToHashSet(StringComparer.Ordinal);
        var accepted = before.DeepClone().AsObject();
        (string Reason, string Message)? conflict = null;
        foreach (var (field, reason, isKind) in Single)
        {
            var name = asked.Text(field);
            if (name != before.Text(field) && (isKind ? kinds : resources).Contains(name))
            {
                conflict = (reason, $"\"{name}\" is already in use");
            }
            else
            {
                accepted[field] = name;
            }
        }

        var taken = asked.Texts("shortNames").Except(before.Texts("shortNames"), StringComparer.Ordinal).Where(resources.Contains).Select(name => $"\"{name}\" is already in use").ToList();
        if (taken.Count > 0)
        {
            conflict = ("ShortNamesConflict", taken.Count == 1 ? taken[0] : $"[{string.Join(", ", taken)}]");
        }
        else
        {
            accepted.CopyFrom(asked, "shortNames");
        }

        accepted.CopyFrom(asked, "categories");
        status["acceptedNames"] = accepted;
        Conditions(resource, conflict, now);
        return !resource.SameAs(old);
    }

    private static void Conditions(JsonObject resource, (string Reason, string Message)? conflict, string now)
    {
        if (conflict is var (reason, message))
        {
            DefinitionConditions.Set(resource, "NamesAccepted", false, reason, message, now);
        }
        else
        {
            DefinitionConditions.Set(resource, "NamesAccepted", true, "NoConflicts", "no conflicts found", now);
        }

        if (DefinitionConditions.IsTrue(resource, "Established"))
        {
            return;
        }

        if (conflict is null)
        {
            DefinitionConditions.Set(resource, "Established", false, "Installing", "the initial names have been accepted", now);
        }
        else if (DefinitionConditions.Find(resource, "Established") is null)
        {
            DefinitionConditions.Set(resource, "Established", false, "NotAccepted", "not all names are accepted", now);
        }
    }
}
