using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Scalelab.Cluster.Api.Http.Protobuf;

/// <summary>One message of the API's protobuf form, as the table beside this file describes it.</summary>
internal sealed class ProtobufMessage
{
    private static readonly Lazy<FrozenDictionary<string, ProtobufMessage>> Messages = new(Load);

    private ProtobufMessage(string name, FrozenDictionary<int, ProtobufField> fields)
    {
        Name = name;
        Fields = fields;
        Ordered = [.. fields.OrderBy(field => field.Key)];
    }

    /// <summary>Package and message: <c>core.v1.Pod</c>.</summary>
    public string Name { get; }

    public FrozenDictionary<int, ProtobufField> Fields { get; }

    /// <summary>The fields in the order of their numbers.</summary>
    public ImmutableArray<KeyValuePair<int, ProtobufField>> Ordered { get; }

    /// <summary>The message of a kind; null where the table lacks it. Options of requests are the same in every group.</summary>
    public static ProtobufMessage? OfKind(string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        var (group, version) = slash < 0 ? ("core", apiVersion) : (apiVersion[..slash], apiVersion[(slash + 1)..]);
        var dot = group.IndexOf('.', StringComparison.Ordinal);
        var name = $"{(dot < 0 ? group : group[..dot])}.{version}.{kind}";
        return Find(name) ?? Find("meta.v1." + kind) ?? (name.EndsWith("List", StringComparison.Ordinal) && Find(name[..^4]) is { } item ? ListOf(item) : null);
    }

    public static ProtobufMessage? Find(string name) => Messages.Value.GetValueOrDefault(name);

    /// <summary>The lists of all kinds are alike, so the table leaves them out.</summary>
    private static ProtobufMessage ListOf(ProtobufMessage item) => new(
        item.Name + "List",
        new Dictionary<int, ProtobufField>
        {
            [1] = new("metadata", ProtobufShape.Single, ProtobufType.Message, "meta.v1.ListMeta"),
            [2] = new("items", ProtobufShape.List, ProtobufType.Message, item.Name),
        }.ToFrozenDictionary());

    private static FrozenDictionary<string, ProtobufMessage> Load()
    {
        var resource = typeof(ProtobufMessage).Namespace + ".Messages.txt";
        using var stream = typeof(ProtobufMessage).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {resource}: the project file must embed it.");
        using var reader = new StreamReader(stream);
        var messages = new Dictionary<string, ProtobufMessage>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                messages.Add(words[0], new ProtobufMessage(words[0], ParseFields(words)));
            }
        }

        return messages.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static FrozenDictionary<int, ProtobufField> ParseFields(string[] words)
    {
        var package = words[0][..(words[0].LastIndexOf('.') + 1)];
        var fields = new Dictionary<int, ProtobufField>();
        var number = 1;
        foreach (var word in words.AsSpan(1))
        {
            if (word[0] == '#')
            {
                number = int.Parse(word.AsSpan(1), CultureInfo.InvariantCulture);
            }
            else
            {
                fields.Add(number++, ProtobufField.Parse(word, package));
            }
        }

        return fields.ToFrozenDictionary();
    }
}

/// <param name="Name">The name in JSON; null for a message whose fields stand in the parent's JSON.</param>
/// <param name="Message">The name of the message, where it is one of the table.</param>
internal sealed record ProtobufField(string? Name, ProtobufShape Shape, ProtobufType Type, string? Message)
{
    public static ProtobufField Parse(string word, string package)
    {
        var colon = word.IndexOf(':', StringComparison.Ordinal);
        var (name, code) = colon < 0 ? (word, "") : (word[..colon], word[(colon + 1)..]);
        var (shape, suffix) = name[^1] switch
        {
            ']' => (ProtobufShape.List, 2),
            '}' => (ProtobufShape.Map, 2),
            '?' => (ProtobufShape.Optional, 1),
            _ => (ProtobufShape.Single, 0),
        };
        name = name[..^suffix];
        var type = code switch
        {
            "" => ProtobufType.Text,
            "b" => ProtobufType.Boolean,
            "i" => ProtobufType.Integer,
            "y" => ProtobufType.Bytes,
            _ => Enum.TryParse<ProtobufType>(code, out var known) ? known : ProtobufType.Message,
        };
        var message = type != ProtobufType.Message ? null : code.Contains('.') ? code : package + code;
        return new ProtobufField(name == "~" ? null : name, shape, type, message);
    }
}

internal enum ProtobufShape
{
    /// <summary>Always written.</summary>
    Single,

    /// <summary>Written when it is there.</summary>
    Optional,
    List,
    Map,
}

internal enum ProtobufType
{
    Text,
    Boolean,
    Integer,
    Bytes,
    Time,
    MicroTime,
    Quantity,
    IntOrString,
    Raw,
    Strings,
    Message,
}
