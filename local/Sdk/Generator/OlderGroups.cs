namespace Scalelab.Generator;

/// <summary>
/// The groups that a kind was in before: Pulumi gives its resources an alias for each, so that a program may move to the newer one
/// without replacing anything.
/// </summary>
internal static class OlderGroups
{
    private static readonly Dictionary<string, string[]> ByType = TextLists.Read("OlderGroups.txt")
        .ToDictionary(line => line.Type, line => line.Entries);

    public static IReadOnlyList<string> Of(ModelType type)
        => ByType.GetValueOrDefault($"{type.Group.Namespace}.{type.Kind}", []);
}
