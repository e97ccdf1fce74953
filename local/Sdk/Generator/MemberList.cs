namespace Scalelab.Generator;

/// <summary>Members by type: <c>Core.V1.Container: name image</c>, one type a line.</summary>
internal sealed class MemberList
{
    private readonly HashSet<(string Type, string Wire)> _members = [];

    private MemberList(TextReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            if (line.Split(':', 2, StringSplitOptions.TrimEntries) is [var type, var names])
            {
                _members.UnionWith(names.Split(' ').Select(name => (type, name)));
            }
        }
    }

    /// <summary>
    /// Members that Kubernetes requires; the client's types do not tell. From the lists named <c>required</c> in Kubernetes' OpenAPI document.
    /// </summary>
    public static MemberList Required { get; } = Load("RequiredMembers.txt");

    /// <summary>Members that the client knows and the official package, of the version that this one stands for, does not yet.</summary>
    public static MemberList Newer { get; } = Load("NewerMembers.txt");

    public bool Contains(ModelType type, string wire)
        => _members.Contains(($"{type.Group.Namespace}.{type.Name}", wire));

    private static MemberList Load(string name)
    {
        using var stream = typeof(MemberList).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return new MemberList(reader);
    }
}
