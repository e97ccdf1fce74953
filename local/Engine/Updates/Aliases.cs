namespace Scalelab.Engine.Updates;

/// <summary>Under which names a resource may stand in the previous state.</summary>
internal static class Aliases
{
    /// <summary>The aliases, in the order in which they are looked for.</summary>
    /// <param name="goal">The resource as the program wants it.</param>
    /// <param name="urn">Its name now.</param>
    /// <param name="parent">Its parent now.</param>
    /// <param name="renamed">Parents that were found under an old name: the new one and the old one.</param>
    public static IEnumerable<Urn> Of(Goal goal, Urn urn, Urn? parent, IReadOnlyDictionary<Urn, Urn> renamed)
    {
        var own = goal.Aliases.Select(alias => Resolve(alias, goal, urn, parent, renamed)).ToArray();
        if (parent is not { } now || !renamed.TryGetValue(now, out var before))
        {
            return own.Distinct();
        }

        // A parent that was renamed renames its children, under each of the names that they themselves may have had.
        var inherited = own.Select(alias => (alias.Type, alias.Name)).Prepend((goal.Type, goal.Name))
            .SelectMany(child => Inherited(child.Type, child.Name, urn, now, before));
        return own.Concat(inherited).Distinct();
    }

    private static Urn Resolve(Alias alias, Goal goal, Urn urn, Urn? parent, IReadOnlyDictionary<Urn, Urn> renamed) => alias.Urn ?? Urn.Create(
        alias.Stack ?? urn.Stack,
        alias.Project ?? urn.Project,
        alias.NoParent ? null : alias.Parent is { } given ? renamed.GetValueOrDefault(given, given) : parent,
        alias.Type ?? goal.Type,
        alias.Name ?? goal.Name);

    // A child usually carries its parent's name as prefix, and is renamed with it.
    private static IEnumerable<Urn> Inherited(string type, string name, Urn urn, Urn parent, Urn before)
    {
        var oldName = name.StartsWith(parent.Name, StringComparison.Ordinal) ? before.Name + name[parent.Name.Length..] : name;
        yield return Urn.Create(before.Stack, before.Project, before, type, oldName);
        yield return Urn.Create(urn.Stack, urn.Project, before, type, oldName);
    }
}
