namespace Scalelab.Engine.Updates;

/// <summary>Under which names a resource may stand in the previous state.</summary>
internal static class Aliases
{
    /// <param name="goal">The resource as the program wants it.</param>
    /// <param name="urn">Its name now.</param>
    /// <param name="parent">Its parent now.</param>
    /// <param name="renamed">Parents that were found under an old name: the new one and the old one.</param>
    public static IEnumerable<Urn> Of(Goal goal, Urn urn, Urn? parent, IReadOnlyDictionary<Urn, Urn> renamed)
    {
        foreach (var alias in goal.Aliases)
        {
            var old = alias.Urn ?? Urn.Create(
                alias.Stack ?? urn.Stack,
                alias.Project ?? urn.Project,
                alias.NoParent ? null : alias.Parent ?? parent,
                alias.Type ?? goal.Type,
                alias.Name ?? goal.Name);
            yield return old;
            if (alias is { Urn: null, NoParent: false, Parent: null } && Inherited(alias.Name ?? goal.Name, alias.Type ?? goal.Type, parent, renamed) is { } both)
            {
                yield return both;
            }
        }

        if (Inherited(goal.Name, goal.Type, parent, renamed) is { } inherited)
        {
            yield return inherited;
        }
    }

    // A child usually carries its parent's name as prefix, and is renamed with it.
    private static Urn? Inherited(string name, string type, Urn? parent, IReadOnlyDictionary<Urn, Urn> renamed)
    {
        if (parent is not { } now || !renamed.TryGetValue(now, out var before))
        {
            return null;
        }

        var oldName = name.StartsWith(now.Name, StringComparison.Ordinal) ? before.Name + name[now.Name.Length..] : name;
        return Urn.Create(before.Stack, before.Project, before, type, oldName);
    }
}
