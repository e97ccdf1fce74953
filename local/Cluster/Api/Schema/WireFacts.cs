using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Scalelab.Cluster.Api.Schema;

/// <summary>
/// The table beside this file: what the client models do not carry. Its head explains the words. Only the place of each type is kept;
/// a type is read when it is asked for, because most are never used.
/// </summary>
internal sealed class WireFacts
{
    private static readonly Lazy<WireFacts> Shared = new(() => new WireFacts(Resource));

    private readonly Func<Stream> _open;
    private readonly FrozenDictionary<string, int> _offsets;

    internal WireFacts(Func<Stream> open)
    {
        _open = open;
        _offsets = Index(open).ToFrozenDictionary(StringComparer.Ordinal);
    }

    public static WireFacts Instance => Shared.Value;

    /// <summary>The facts of a client model by its class name; types that the table lacks follow the rule in everything.</summary>
    public TypeFacts Of(string model)
    {
        if (!_offsets.TryGetValue(model, out var offset))
        {
            return new TypeFacts("", false, FrozenDictionary<string, FieldFacts>.Empty);
        }

        using var stream = _open();
        stream.Position = offset;
        using var reader = new StreamReader(stream);
        var type = reader.ReadLine()!.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var fields = new Dictionary<string, FieldFacts>(StringComparer.Ordinal);
        while (reader.ReadLine() is { Length: > 0 } line && line[0] == ' ')
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            fields.Add(words[0], FieldFacts.Parse(words.AsSpan(1)));
        }

        return new TypeFacts(type[1], type.Contains("atomic"), fields.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>Where each type's line begins; the table is ASCII, so characters are bytes.</summary>
    private static Dictionary<string, int> Index(Func<Stream> open)
    {
        var offsets = new Dictionary<string, int>(StringComparer.Ordinal);
        using var reader = new StreamReader(open());
        var offset = 0;
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] is not (' ' or '#'))
            {
                offsets.Add(line[..line.IndexOf(' ', StringComparison.Ordinal)], offset);
            }

            offset += line.Length + 1;
        }

        return offsets;
    }

    private static Stream Resource()
    {
        var name = typeof(WireFacts).FullName + ".txt";
        return typeof(WireFacts).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {name}: the project file must embed it.");
    }
}

/// <param name="Name">The name in OpenAPI.</param>
internal sealed record TypeFacts(string Name, bool Atomic, FrozenDictionary<string, FieldFacts> Fields)
{
    public FieldFacts Field(string name) => Fields.GetValueOrDefault(name) ?? FieldFacts.None;
}

/// <summary>The words of one field, see the head of the table.</summary>
internal sealed record FieldFacts
{
    public static readonly FieldFacts None = new();

    public bool Always { get; private init; }

    public bool KeepsZero { get; private init; }

    public bool Value { get; private init; }

    public bool Micro { get; private init; }

    public bool Required { get; private init; }

    public bool IsLater { get; private init; }

    public bool Atomic { get; private init; }

    public ListRelation Relation { get; private init; }

    public ImmutableArray<string> Keys { get; private init; } = [];

    public bool Merges { get; private init; }

    public string? MergeKey { get; private init; }

    public bool Replaces { get; private init; }

    public string? Default { get; private init; }

    public static FieldFacts Parse(ReadOnlySpan<string> words)
    {
        var facts = None;
        foreach (var word in words)
        {
            facts = word switch
            {
                "always" => facts with { Always = true },
                "pointer" => facts with { KeepsZero = true },
                "value" => facts with { Value = true },
                "required" => facts with { Required = true },
                "later" => facts with { IsLater = true },
                "micro" => facts with { Micro = true },
                "atomic" => facts with { Atomic = true },
                "merge" => facts with { Merges = true },
                "replace" => facts with { Replaces = true },
                "list=set" => facts with { Relation = ListRelation.Set },
                _ when word.StartsWith("list=map(", StringComparison.Ordinal) => facts with { Relation = ListRelation.Map, Keys = [.. Argument(word).Split(',')] },
                _ when word.StartsWith("merge(", StringComparison.Ordinal) => facts with { Merges = true, MergeKey = Argument(word) },
                _ when word.StartsWith("default=", StringComparison.Ordinal) => facts with { Default = word["default=".Length..] },
                _ => throw new FormatException($"The table of wire facts has an unknown word: {word}."),
            };
        }

        return facts;
    }

    private static string Argument(string word) => word[(word.IndexOf('(', StringComparison.Ordinal) + 1)..^1];
}
