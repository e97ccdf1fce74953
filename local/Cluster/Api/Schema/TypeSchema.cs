using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Schema;

/// <summary>The form of a value on the wire.</summary>
public enum SchemaType
{
    Struct,
    Map,
    List,
    Text,
    Integer32,
    Integer64,
    Number,
    Boolean,
    IntOrString,
    Quantity,
    Time,
    MicroTime,
    Bytes,
    Any,
}

/// <summary>How the elements of a list are told apart: not at all, by value, or by key fields.</summary>
public enum ListRelation
{
    Atomic,
    Set,
    Map,
}

/// <summary>
/// What a kind's fields are: names, types, how absent and zero values are written, and how lists and structs merge. Patches, server-side
/// apply, field validation and OpenAPI all read it. Built when first asked for and kept, see <see cref="ModelSchemas"/>.
/// </summary>
public sealed class TypeSchema
{
    private static readonly TypeSchema Untyped = new(SchemaType.Any);

    /// <summary>What an object is where nothing is known of its form: a map of the like.</summary>
    private static readonly TypeSchema OpenMap = new(SchemaType.Map, element: static () => Untyped);

    private readonly Lazy<FrozenDictionary<string, FieldSchema>> _fields;
    private readonly Lazy<TypeSchema?> _element;

    public TypeSchema(SchemaType type, Func<IEnumerable<FieldSchema>>? fields = null, Func<TypeSchema>? element = null)
    {
        Type = type;
        _fields = new(() => (fields?.Invoke() ?? []).ToFrozenDictionary(field => field.Name, StringComparer.Ordinal));
        _element = new(() => element?.Invoke());
    }

    public SchemaType Type { get; }

    /// <summary>The name in OpenAPI, e.g. <c>io.k8s.api.core.v1.Pod</c>; empty for anything but objects of a known model.</summary>
    public string Name { get; init; } = "";

    /// <summary>True for an object or a map with one owner as a whole.</summary>
    public bool Atomic { get; init; }

    /// <summary>True for an object that keeps fields that are not declared (custom resources that say so).</summary>
    public bool PreservesUnknownFields { get; init; }

    /// <summary>
    /// Reads a whole object where the wire's general rules do not hold (custom resources): gives what is kept of it, and adds one text for
    /// each unknown field where the second argument is given. Null elsewhere.
    /// </summary>
    public Func<JsonObject, ICollection<string>?, JsonObject>? Reader { get; init; }

    public ListRelation Relation { get; init; }

    /// <summary>The key fields of a list whose <see cref="Relation"/> is <see cref="ListRelation.Map"/>.</summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    /// <summary>The declared fields of an object; empty for everything else.</summary>
    public FrozenDictionary<string, FieldSchema> Fields => _fields.Value;

    /// <summary>The elements of a list or the values of a map; null for everything else.</summary>
    public TypeSchema? Element => _element.Value;

    /// <summary>
    /// The field's schema where this is an object that declares it, the element's where it is a map, an untyped one where undeclared
    /// fields are kept; otherwise null.
    /// </summary>
    public TypeSchema? Child(string name) => Fields.TryGetValue(name, out var field) ? field.Type : Type == SchemaType.Map ? Element : PreservesUnknownFields ? Untyped : null;

    /// <summary>The schema as a value without a declared form suggests it.</summary>
    public TypeSchema For(JsonNode? value) => Type == SchemaType.Any && value is JsonObject ? OpenMap : this;

    /// <summary>The type as messages of the JSON decoder name it, e.g. <c>int32</c>, <c>[]v1.Container</c>, <c>map[string]string</c>.</summary>
    public string GoName() => Type switch
    {
        SchemaType.Struct when Name.Length == 0 => "map[string]interface {}",
        SchemaType.Struct => Name[(Name.LastIndexOf('.', Name.LastIndexOf('.') - 1) + 1)..],
        SchemaType.Map => "map[string]" + Element!.GoName(),
        SchemaType.List => "[]" + Element!.GoName(),
        SchemaType.Integer32 => "int32",
        SchemaType.Integer64 => "int64",
        SchemaType.Number => "float64",
        SchemaType.Boolean => "bool",
        SchemaType.Bytes => "[]uint8",
        SchemaType.Any => "interface {}",
        _ => "string",
    };
}

/// <summary>One declared field of an object.</summary>
/// <param name="Name">The name on the wire.</param>
public sealed record FieldSchema(string Name, TypeSchema Type)
{
    /// <summary>Written even when zero: 0, "", and null for lists, maps, structs and times.</summary>
    public bool Always { get; init; }

    /// <summary>Absent and zero differ, so a zero is kept.</summary>
    public bool KeepsZero { get; init; }

    /// <summary>A struct that is never absent.</summary>
    public bool Value { get; init; }

    /// <summary>OpenAPI lists the field as required.</summary>
    public bool Required { get; init; }

    /// <summary>Strategic merge patches merge the elements of this list; otherwise they replace it.</summary>
    public bool Merges { get; init; }

    /// <summary>The key by which strategic merge patches tell elements apart; null for lists of scalars.</summary>
    public string? MergeKey { get; init; }

    /// <summary>Strategic merge patches replace this struct or map as a whole.</summary>
    public bool Replaces { get; init; }

    /// <summary>The value that an absent key field of a list element stands for, as JSON; null without one.</summary>
    public string? Default { get; init; }
}
