using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Http.Protobuf;

/// <summary>Makes JSON of a message. Fields that the table lacks are skipped, as protobuf wants it.</summary>
internal static class ProtobufReader
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <exception cref="FormatException">The bytes are not that message.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> bytes, ProtobufMessage message)
    {
        var value = new JsonObject();
        ReadInto(value, bytes, message);
        return value;
    }

    private static void ReadInto(JsonObject value, ReadOnlySpan<byte> bytes, ProtobufMessage message)
    {
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            if (!message.Fields.TryGetValue(reader.Number, out var field))
            {
                continue;
            }

            if (reader.IsDelimited != IsDelimited(field) && !(field.Shape == ProtobufShape.List && reader.IsDelimited))
            {
                throw new FormatException($"proto: wrong wireType for field {field.Name} of {message.Name}");
            }

            if (field.Name is not { } name)
            {
                ReadInto(value, reader.Bytes, MessageOf(field));
            }
            else if (field.Shape == ProtobufShape.List)
            {
                AddTo(Child(value, name, static () => new JsonArray()), field, ref reader);
            }
            else if (field.Shape == ProtobufShape.Map)
            {
                AddTo(Child(value, name, static () => new JsonObject()), field, reader.Bytes);
            }
            else
            {
                value[name] = Value(field, ref reader);
            }
        }
    }

    private static void AddTo(JsonArray list, ProtobufField field, ref WireReader reader)
    {
        if (!reader.IsDelimited || IsDelimited(field))
        {
            list.Add(Value(field, ref reader));
            return;
        }

        var packed = reader.Bytes;
        while (WireReader.TryUnpack(ref packed, out var number))
        {
            list.Add(Number(field, number));
        }
    }

    private static void AddTo(JsonObject map, ProtobufField field, ReadOnlySpan<byte> entry)
    {
        var (key, value) = ("", Missing(field));
        var reader = new WireReader(entry);
        while (reader.Next())
        {
            switch (reader.Number)
            {
                case 1:
                    key = Text(reader.Bytes);
                    break;
                case 2:
                    value = Value(field, ref reader);
                    break;
            }
        }

        map[key] = value;
    }

    private static bool IsDelimited(ProtobufField field) => field.Shape == ProtobufShape.Map || field.Type is not (ProtobufType.Boolean or ProtobufType.Integer);

    private static JsonNode? Value(ProtobufField field, ref WireReader reader) => field.Type switch
    {
        ProtobufType.Boolean or ProtobufType.Integer => Number(field, reader.Value),
        ProtobufType.Text => JsonValue.Create(Text(reader.Bytes)),
        ProtobufType.Bytes => JsonValue.Create(Convert.ToBase64String(reader.Bytes)),
        ProtobufType.Time => Time(reader.Bytes) is { } time ? JsonValue.Create(Timestamps.Format(time)) : null,
        ProtobufType.MicroTime => Time(reader.Bytes) is { } time ? JsonValue.Create(Timestamps.FormatMicro(time)) : null,
        ProtobufType.Quantity => JsonValue.Create(Single(reader.Bytes) is { IsEmpty: false } quantity ? Text(quantity) : "0"),
        ProtobufType.Raw => Raw(Single(reader.Bytes)),
        ProtobufType.IntOrString => IntOrString(reader.Bytes),
        ProtobufType.Strings => Strings(reader.Bytes),
        _ => Read(reader.Bytes, MessageOf(field)),
    };

    private static JsonNode? Missing(ProtobufField field) => field.Type switch
    {
        ProtobufType.Text or ProtobufType.Bytes => JsonValue.Create(""),
        ProtobufType.Quantity => JsonValue.Create("0"),
        ProtobufType.Strings => new JsonArray(),
        ProtobufType.Message => new JsonObject(),
        _ => null,
    };

    private static JsonValue Number(ProtobufField field, long value) => field.Type == ProtobufType.Boolean ? JsonValue.Create(value != 0) : JsonValue.Create(value);

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new FormatException("proto: invalid UTF-8 in a text", exception);
        }
    }

    /// <summary>Seconds and nanoseconds; both zero or absent is no time.</summary>
    private static DateTimeOffset? Time(ReadOnlySpan<byte> bytes)
    {
        var (seconds, nanoseconds) = (0L, 0L);
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            (seconds, nanoseconds) = reader.Number switch { 1 => (reader.Value, nanoseconds), 2 => (seconds, reader.Value), _ => (seconds, nanoseconds) };
        }

        if (seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds() || nanoseconds is < 0 or > 999_999_999)
        {
            throw new FormatException("proto: a time outside the years 1 to 9999");
        }

        return (seconds, nanoseconds) == (0, 0) ? null : DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / 100);
    }

    private static ReadOnlySpan<byte> Single(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        ReadOnlySpan<byte> value = default;
        while (reader.Next())
        {
            value = reader.Number == 1 ? reader.Bytes : value;
        }

        return value;
    }

    private static JsonNode? Raw(ReadOnlySpan<byte> json)
    {
        try
        {
            return json.IsEmpty ? null : JsonNode.Parse(json);
        }
        catch (JsonException exception)
        {
            throw new FormatException("invalid JSON in a raw field", exception);
        }
    }

    private static JsonValue IntOrString(ReadOnlySpan<byte> bytes)
    {
        var (isText, number, text) = (false, 0L, "");
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            switch (reader.Number)
            {
                case 1:
                    isText = reader.Value == 1;
                    break;
                case 2:
                    number = reader.Value;
                    break;
                case 3:
                    text = Text(reader.Bytes);
                    break;
            }
        }

        return isText ? JsonValue.Create(text) : JsonValue.Create(number);
    }

    private static JsonArray Strings(ReadOnlySpan<byte> bytes)
    {
        var list = new JsonArray();
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            if (reader.Number == 1)
            {
                list.Add(Text(reader.Bytes));
            }
        }

        return list;
    }

    private static ProtobufMessage MessageOf(ProtobufField field) =>
        ProtobufMessage.Find(field.Message!) ?? throw new InvalidOperationException($"The table of messages lacks {field.Message}.");

    private static T Child<T>(JsonObject value, string name, Func<T> create)
        where T : JsonNode
    {
        if (value[name] is not T child)
        {
            child = create();
            value[name] = child;
        }

        return child;
    }
}
