namespace Scalelab.Generator;

/// <summary>
/// What the official package has and the client does not: Kubernetes dropped it, or no kind leads to it. Written as
/// <c>Core.V1.ServiceSpec: ipFamily=string topologyKeys=string[]</c>; <c>{}</c> is a map, a name with dots another type.
/// </summary>
internal static class MoreMembers
{
    private static readonly ILookup<string, string[]> ByType = TextLists.Read("MoreMembers.txt")
        .SelectMany(line => line.Entries.Select(entry => (line.Type, Entry: entry.Split('='))))
        .ToLookup(entry => entry.Type, entry => entry.Entry);

    /// <summary>The types that are only known from here.</summary>
    public static IEnumerable<ModelType> TypesBeside(IEnumerable<ModelType> known)
    {
        var names = known.Select(type => $"{type.Group.Namespace}.{type.Name}").ToHashSet();
        return ByType.Where(type => !names.Contains(type.Key)).Select(type => TypeOf(type.Key) with { IsPart = true });
    }

    public static IEnumerable<(string Wire, MemberType Type)> Of(ModelType type)
        => ByType[$"{type.Group.Namespace}.{type.Name}"].Select(entry => (entry[0], MemberTypeOf(entry[1])));

    private static MemberType MemberTypeOf(string text)
        => text.EndsWith("[]", StringComparison.Ordinal) ? MemberType.List(MemberTypeOf(text[..^2]))
            : text.EndsWith("{}", StringComparison.Ordinal) ? MemberType.Map(MemberTypeOf(text[..^2]))
            : text switch
            {
                "string" => MemberType.String,
                "bool" => MemberType.Bool,
                "int" => MemberType.Int,
                _ => MemberType.Of(TypeOf(text)),
            };

    private static ModelType TypeOf(string name)
    {
        var dot = name.LastIndexOf('.');
        var group = ApiGroup.All.First(group => group.Namespace == name[..dot]);
        return new ModelType(name[(dot + 1)..], group, Kind: null, []);
    }
}
