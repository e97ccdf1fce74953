namespace Scalelab.Generator;

/// <summary>
/// Members that Kubernetes requires and whose C# type in KubernetesClient does not tell: of the client's types only the values do. From the
/// lists named <c>required</c> in Kubernetes' OpenAPI document.
/// </summary>
internal sealed class RequiredMembers
{
    private readonly HashSet<(string Type, string Wire)> _members;

    private RequiredMembers(HashSet<(string Type, string Wire)> members)
        => _members = members;

    public static RequiredMembers Load()
    {
        using var stream = typeof(RequiredMembers).Assembly.GetManifestResourceStream("RequiredMembers.txt")!;
        using var reader = new StreamReader(stream);
        var members = new HashSet<(string, string)>();
        while (reader.ReadLine() is { } line)
        {
            // "Core.V1.Container: name"
            if (line.Split(':', 2, StringSplitOptions.TrimEntries) is [var type, var names])
            {
                members.UnionWith(names.Split(' ').Select(name => (type, name)));
            }
        }

        return new RequiredMembers(members);
    }

    public bool Contains(ModelType type, string wire)
        => _members.Contains(($"{type.Group.Namespace}.{type.Name}", wire));
}
