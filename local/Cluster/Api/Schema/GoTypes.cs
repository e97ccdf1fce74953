using System.Collections.Frozen;

namespace Scalelab.Cluster.Api.Schema;

/// <summary>
/// The structs of Kubernetes 1.36 that a pod template consists of: the fields in Go's order, each with its Go type and its name on the wire.
/// What is not in the table is a string under another name.
/// </summary>
internal static class GoTypes
{
    private static readonly Lazy<FrozenDictionary<string, GoField[]>> Structs = new(Read);

    /// <summary>The fields of a struct; null for other types.</summary>
    public static GoField[]? FieldsOf(string type) => Structs.Value.GetValueOrDefault(type);

    private static FrozenDictionary<string, GoField[]> Read()
    {
        const string name = "Scalelab.Cluster.Api.Schema.GoTypes.txt";
        using var stream = typeof(GoTypes).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The assembly has no resource {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToFrozenDictionary(words => words[0], words => words[1..].Select(GoField.Parse).ToArray(), StringComparer.Ordinal);
    }
}

/// <param name="WireName">Empty where the fields of the struct stand among those around it.</param>
internal readonly record struct GoField(string Name, string Type, string WireName)
{
    /// <summary><c>Name:type:wireName</c>.</summary>
    public static GoField Parse(string text) => text.Split(':') is [var name, var type, var wireName]
        ? new GoField(name, type, wireName)
        : throw new FormatException($"\"{text}\" is no field; one looks like Name:type:wireName.");
}
