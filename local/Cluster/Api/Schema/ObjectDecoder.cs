using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Patch;

namespace Scalelab.Cluster.Api.Schema;

/// <summary>
/// Reads JSON as a typed decoder would and gives the form in which an API server writes it again: fields that the schema does not
/// declare are dropped (and named), zero values that mean nothing are left out, structs and lists that are never absent appear, and
/// quantities and times are canonical. Decoding twice changes nothing.
/// </summary>
public sealed class ObjectDecoder
{
    /// <summary>Parsed, because only then can it be read as an int and as a long.</summary>
    private static readonly JsonElement ZeroNumber = JsonElement.Parse("0");

    private readonly ICollection<string>? _unknown;
    private readonly StringBuilder _path = new();

    private readonly bool _converts;

    private ObjectDecoder(ICollection<string>? unknown, bool converts) => (_unknown, _converts) = (unknown, converts);

    /// <summary>Decodes an object of a kind.</summary>
    /// <param name="source">What came from the client; it is not changed, and the answer shares nothing with it.</param>
    /// <param name="unknown">Receives one text for each field that the schema lacks, e.g. <c>unknown field "spec.foo"</c>; null to not ask.</param>
    /// <param name="converts">
    /// True for what strategic merge patches and server-side apply make: upstream converts these from maps, where a whole number with a decimal
    /// point is an integer, and one that is too large for 32 bits loses the upper ones.
    /// </param>
    /// <exception cref="DecodeException">A value has the wrong type.</exception>
    public static JsonObject Decode(JsonObject source, TypeSchema schema, ICollection<string>? unknown = null, bool converts = false) =>
        schema.Reader is { } read ? read(source, unknown) : new ObjectDecoder(unknown, converts).Object(source, schema, new GoPath(null, "", schema));

    /// <summary>The object that a decoder starts from: nothing given, so only what is never absent.</summary>
    public static JsonObject Empty(TypeSchema schema) => Decode([], schema);

    /// <summary>
    /// Makes the empty lists and maps null that <see cref="Decode"/> has kept because somebody gave them, in place: the form that is stored knows
    /// no difference (protobuf), but who gave them owns them.
    /// </summary>
    public static void WithoutEmpty(JsonNode? value, TypeSchema schema)
    {
        switch (value)
        {
            case JsonObject members when schema.Type == SchemaType.Struct:
                foreach (var field in schema.Fields.Values)
                {
                    if (members.TryGetPropertyValue(field.Name, out var member) && member is JsonObject or JsonArray)
                    {
                        if (field.Always && IsEmpty(field, member))
                        {
                            members[field.Name] = null;
                        }
                        else
                        {
                            WithoutEmpty(member, field.Type);
                        }
                    }
                }

                break;
            case JsonArray items when schema.Element is { Type: SchemaType.Struct } element:
                foreach (var item in items)
                {
                    WithoutEmpty(item, element);
                }

                break;
            default:
                break;
        }
    }

    private JsonNode? Value(JsonNode? node, TypeSchema schema, GoPath at) => schema.Type switch
    {
        SchemaType.Struct => node switch
        {
            null => Object([], schema, at),
            JsonObject source => Object(source, schema, at),
            _ => throw WrongType(node, schema, at),
        },
        SchemaType.Map => node switch
        {
            null => null,
            JsonObject source => Map(source, schema, at),
            _ => throw WrongType(node, schema, at),
        },
        SchemaType.List => node switch
        {
            null => null,
            JsonArray source => List(source, schema, at),
            _ => throw WrongType(node, schema, at),
        },
        SchemaType.Any => node?.DeepClone(),
        _ => Scalar(node, schema, at),
    };

    private JsonObject Object(JsonObject source, TypeSchema schema, GoPath at)
    {
        var result = new JsonObject();
        var fields = schema.Fields;
        foreach (var (name, node) in source)
        {
            if (!fields.TryGetValue(name, out var field))
            {
                if (schema.PreservesUnknownFields)
                {
                    result.Add(name, node?.DeepClone());
                }
                else
                {
                    _unknown?.Add($"unknown field \"{PathOf(name)}\"");
                }

                continue;
            }

            if (node is null && !field.Value && !(field.Always && !IsNullable(field)))
            {
                continue;
            }

            var mark = Enter(name);
            var value = Value(node, field.Type, new GoPath(at, name, schema));
            _path.Length = mark;
            if (Keeps(field, value))
            {
                result.Add(name, value);
            }
        }

        foreach (var field in fields.Values)
        {
            if ((field.Always || field.Value) && !result.ContainsKey(field.Name))
            {
                result.Add(field.Name, Zero(field));
            }
        }

        return result;
    }

    private JsonObject Map(JsonObject source, TypeSchema schema, GoPath at)
    {
        var result = new JsonObject();
        foreach (var (key, node) in source)
        {
            var mark = Enter(key);
            result.Add(key, Value(node, schema.Element!, at));
            _path.Length = mark;
        }

        return result;
    }

    private JsonArray List(JsonArray source, TypeSchema schema, GoPath at)
    {
        var result = new JsonArray();
        for (var index = 0; index < source.Count; index++)
        {
            var mark = _path.Length;
            _path.Append(CultureInfo.InvariantCulture, $"[{index}]");
            result.Add(Value(source[index], schema.Element!, at));
            _path.Length = mark;
        }

        return result;
    }

    private JsonNode? Scalar(JsonNode? node, TypeSchema schema, GoPath at)
    {
        if (node is null)
        {
            return ZeroScalar(schema.Type);
        }

        var kind = node.GetValueKind();
        switch (schema.Type)
        {
            case SchemaType.Text when kind == JsonValueKind.String:
            case SchemaType.Boolean when kind is JsonValueKind.True or JsonValueKind.False:
            case SchemaType.Number when kind == JsonValueKind.Number:
            case SchemaType.IntOrString when kind == JsonValueKind.String:
                return node.DeepClone();
            case SchemaType.Bytes when kind == JsonValueKind.String:
                return JsonValue.Create(Convert.ToBase64String(GoBase64.Decode(node.GetValue<string>())));
            case SchemaType.Bytes when node is JsonArray octets:
                return JsonValue.Create(Convert.ToBase64String([.. octets.Select(octet => Octet(octet, at))]));
            case SchemaType.Integer32 or SchemaType.Integer64 when kind == JsonValueKind.Number && _converts:
                return Converted(node, schema);
            case SchemaType.Integer32 when kind == JsonValueKind.Number:
                return Integer(node) is >= int.MinValue and <= int.MaxValue ? node.DeepClone() : throw WrongNumber(node, schema, at);
            case SchemaType.IntOrString when kind == JsonValueKind.Number:
                return Integer(node) is >= int.MinValue and <= int.MaxValue ? node.DeepClone() : throw WrongNumber(node, new TypeSchema(SchemaType.Integer32), null);
            case SchemaType.Integer64 when kind == JsonValueKind.Number:
                return Integer(node) is not null ? node.DeepClone() : throw WrongNumber(node, schema, at);
            case SchemaType.Quantity:
                // Its reader takes what stands there, of whatever type.
                return JsonValue.Create(Quantity.Parse((kind == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString()).Trim()).ToString());
            case SchemaType.Time when kind == JsonValueKind.String:
                return JsonValue.Create(Timestamps.Format(Timestamps.Parse(node.GetValue<string>())));
            case SchemaType.MicroTime when kind == JsonValueKind.String:
                return JsonValue.Create(Timestamps.FormatMicro(Timestamps.ParseMicro(node.GetValue<string>())));
            case SchemaType.Time or SchemaType.MicroTime or SchemaType.IntOrString:
                throw WrongType(node, schema, null);
            default:
                throw WrongType(node, schema, at);
        }
    }

    /// <summary>Go takes bytes one by one as well.</summary>
    private static byte Octet(JsonNode? node, GoPath at)
    {
        if (node is null)
        {
            return 0;
        }

        var isNumber = node.GetValueKind() == JsonValueKind.Number;
        if (isNumber && Integer(node) is >= byte.MinValue and <= byte.MaxValue and var number)
        {
            return (byte)number;
        }

        var message = $"json: cannot unmarshal {(isNumber ? $"number {node.ToJsonString()}" : GoFormat.KindOf(node))} into {Target(at)} of type uint8";
        throw new DecodeException(message, message);
    }

    private static JsonValue Converted(JsonNode node, TypeSchema schema)
    {
        var number = Integer(node)
            ?? (double.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && Math.Truncate(value) == value ? (long)value : throw NotWhole(schema));
        return Parsed(schema.Type == SchemaType.Integer32 ? unchecked((int)number) : number);
    }

    /// <summary>Parsed, as all numbers here, because only then can it be read as an int and as a long.</summary>
    private static JsonValue Parsed(long number) => JsonValue.Create(JsonElement.Parse(number.ToString(CultureInfo.InvariantCulture)))!;

    private static DecodeException NotWhole(TypeSchema schema)
    {
        var message = $"cannot convert float64 to {schema.GoName()}";
        return new DecodeException(message, message);
    }

    private static long? Integer(JsonNode node)
    {
        var value = (JsonValue)node;
        if (value.TryGetValue<long>(out var number))
        {
            return number;
        }

        if (value.TryGetValue<int>(out var small))
        {
            return small;
        }

        return long.TryParse(node.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
    }

    private static bool IsNullable(FieldSchema field) => field.KeepsZero || field.Type.Type is SchemaType.List or SchemaType.Map or SchemaType.Time or SchemaType.MicroTime or SchemaType.Any
        || (field.Type.Type == SchemaType.Struct && !field.Value);

    /// <summary>Whether a decoded value is written: a zero is, where it means something else than absence or is always written.</summary>
    private static bool Keeps(FieldSchema field, JsonNode? value)
    {
        if (IsEmpty(field, value))
        {
            // A list that is always written may be given empty, which is not the same as not given: see WithoutEmpty.
            return field.Always;
        }

        return field.KeepsZero || field.Always || field.Value || field.Type.Type is not (SchemaType.Text or SchemaType.Boolean or SchemaType.Integer32 or SchemaType.Integer64 or SchemaType.Number or SchemaType.Bytes)
            || !JsonNode.DeepEquals(value, ZeroScalar(field.Type.Type));
    }

    private static bool IsEmpty(FieldSchema field, JsonNode? value) =>
        field.Type.Type is SchemaType.List && value is JsonArray { Count: 0 } || field.Type.Type is SchemaType.Map && value is JsonObject { Count: 0 };

    private static JsonNode? Zero(FieldSchema field) => IsNullable(field)
        ? null
        : field.Type.Type == SchemaType.Struct ? Empty(field.Type) : ZeroScalar(field.Type.Type);

    private static JsonValue? ZeroScalar(SchemaType type) => type switch
    {
        SchemaType.Text or SchemaType.Bytes => JsonValue.Create(""),
        SchemaType.Integer32 or SchemaType.Integer64 or SchemaType.Number or SchemaType.IntOrString => JsonValue.Create(ZeroNumber),
        SchemaType.Boolean => JsonValue.Create(false),
        SchemaType.Quantity => JsonValue.Create("0"),
        _ => null,
    };

    private static DecodeException WrongNumber(JsonNode node, TypeSchema schema, GoPath? at)
    {
        var message = $"json: cannot unmarshal number {node.ToJsonString()} into {Target(at)} of type {schema.GoName()}";
        return new DecodeException(message, message);
    }

    private static DecodeException WrongType(JsonNode node, TypeSchema schema, GoPath? at)
    {
        var kind = GoFormat.KindOf(node);
        var wanted = schema.Type switch
        {
            SchemaType.List => "slice",
            SchemaType.Struct => "struct",
            SchemaType.Map => "map",
            _ => schema.GoName(),
        };
        var given = node.GetValueKind() switch
        {
            JsonValueKind.Object => "map",
            JsonValueKind.Array => "slice",
            JsonValueKind.String => "string",
            JsonValueKind.Number => Integer(node) is null ? "float64" : "int64",
            _ => "bool",
        };

        // What reads itself knows nothing of the struct around it, whichever way it is reached.
        var message = $"json: cannot unmarshal {kind} into {Target(at)} of type {(schema.Type == SchemaType.IntOrString ? "int32" : schema.GoName())}";
        return new DecodeException(
            message,
            schema.Type switch
            {
                SchemaType.Time or SchemaType.MicroTime or SchemaType.IntOrString => message,
                SchemaType.List or SchemaType.Map => $"cannot restore {wanted} from {given}",
                SchemaType.Struct => $"cannot restore {wanted} from: {given}",
                SchemaType.Text when given == "int64" && Integer(node) is not null => "cannot convert int64 to string",
                _ => $"unrecognized type: {wanted}",
            });
    }

    /// <summary>The innermost struct and the fields from the root, without indexes and map keys.</summary>
    private static string Target(GoPath? at)
    {
        if (at?.Parent is null)
        {
            return "Go value";
        }

        var owner = at.Owner.Name[(at.Owner.Name.LastIndexOf('.') + 1)..];
        return $"Go struct field {owner}.{at}";
    }

    private int Enter(string name)
    {
        var mark = _path.Length;
        if (mark > 0)
        {
            _path.Append('.');
        }

        _path.Append(name);
        return mark;
    }

    private string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private sealed record GoPath(GoPath? Parent, string Name, TypeSchema Owner)
    {
        public override string ToString() => Parent is { Parent: not null } ? $"{Parent}.{Name}" : Name;
    }
}
