namespace Scalelab.Generator;

/// <summary>Members by type.</summary>
internal sealed class MemberList
{
    private readonly HashSet<(string Type, string Wire)> _members;

    private MemberList(string file)
        => _members = [.. TextLists.Read(file).SelectMany(line => line.Entries.Select(wire => (line.Type, wire)))];

    /// <summary>
    /// Members that Kubernetes requires; the client's types do not tell. From the lists named <c>required</c> in Kubernetes' OpenAPI document.
    /// </summary>
    public static MemberList Required { get; } = new("RequiredMembers.txt");

    /// <summary>Members that the client knows and the official package, of the version that this one stands for, does not yet.</summary>
    public static MemberList Newer { get; } = new("NewerMembers.txt");

    public bool Contains(ModelType type, string wire)
        => _members.Contains(($"{type.Group.Namespace}.{type.Name}", wire));
}
