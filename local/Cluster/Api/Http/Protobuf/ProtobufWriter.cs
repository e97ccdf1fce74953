using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Http.Protobuf;

/// <summary>Makes a message of JSON in the API's canonical form, field by field in the order of their numbers as upstream writes it.</summary>
internal static class ProtobufWriter
{
    private const int Varint = 0;
    private const int Delimited = 2;

    /// <exception cref="FormatException">A value is not of the type that the message has for it.</exception>
    public static void Write(ArrayBufferWriter<byte> output, JsonObject value, ProtobufMessage message)
    {
        foreach (var (number, field) in message.Ordered)
        {
            if (field.Name is not { } name)
            {
                Nested(output, number, inner => Write(inner, value, MessageOf(field)));
                continue;
            }

            var child = value[name];
            switch (field.Shape)
            {
                case ProtobufShape.List:
                    foreach (var item in child as JsonArray ?? [])
                    {
                        WriteField(output, number, field, item);
                    }

                    break;
                case ProtobufShape.Map:
                    foreach (var (key, item) in (child as JsonObject ?? []).OrderBy(entry => entry.Key, StringComparer.Ordinal))
                    {
                        Nested(output, number, entry =>
                        {
                            WriteText(entry, 1, key);
                            WriteField(entry, 2, field, item);
                        });
                    }

                    break;
                case ProtobufShape.Optional when child is null:
                    break;
                default:
                    if (child is not null || field.Type is not (ProtobufType.Bytes or ProtobufType.Raw))
                    {
                        WriteField(output, number, field, child);
                    }

                    break;
            }
        }
    }

    public static void WriteText(ArrayBufferWriter<byte> output, int number, string text)
    {
        WriteTag(output, number, Delimited);
        var length = Encoding.UTF8.GetByteCount(text);
        WriteVarint(output, (ulong)length);
        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(length)));
    }

    public static void WriteBytes(ArrayBufferWriter<byte> output, int number, ReadOnlySpan<byte> bytes)
    {
        WriteTag(output, number, Delimited);
        WriteVarint(output, (ulong)bytes.Length);
        output.Write(bytes);
    }

    public static void Nested(ArrayBufferWriter<byte> output, int number, Action<ArrayBufferWriter<byte>> write)
    {
        var inner = new ArrayBufferWriter<byte>();
        write(inner);
        WriteBytes(output, number, inner.WrittenSpan);
    }

    private static void WriteField(ArrayBufferWriter<byte> output, int number, ProtobufField field, JsonNode? value)
    {
        switch (field.Type)
        {
            case ProtobufType.Boolean:
                WriteNumber(output, number, value?.GetValueKind() == JsonValueKind.True ? 1 : 0);
                break;
            case ProtobufType.Integer:
                WriteNumber(output, number, Integer(value));
                break;
            case ProtobufType.Text:
                WriteText(output, number, Text(value));
                break;
            case ProtobufType.Bytes:
                WriteBytes(output, number, Convert.FromBase64String(Text(value)));
                break;
            case ProtobufType.Time or ProtobufType.MicroTime:
                Nested(output, number, time => WriteTime(time, Text(value), withNanoseconds: field.Type == ProtobufType.MicroTime));
                break;
            case ProtobufType.Quantity:
                Nested(output, number, quantity => WriteText(quantity, 1, value is null ? "0" : Text(value)));
                break;
            case ProtobufType.Raw:
                Nested(output, number, raw => WriteText(raw, 1, value?.ToJsonString(PlainJson) ?? "null"));
                break;
            case ProtobufType.IntOrString:
                Nested(output, number, either => WriteIntOrString(either, value));
                break;
            case ProtobufType.Strings:
                Nested(output, number, list =>
                {
                    foreach (var item in value as JsonArray ?? [])
                    {
                        WriteText(list, 1, Text(item));
                    }
                });
                break;
            default:
                Nested(output, number, inner => Write(inner, value as JsonObject ?? [], MessageOf(field)));
                break;
        }
    }

    private static JsonSerializerOptions PlainJson { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static void WriteTime(ArrayBufferWriter<byte> output, string text, bool withNanoseconds)
    {
        if (text.Length == 0)
        {
            return;
        }

        var time = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        WriteNumber(output, 1, time.ToUnixTimeSeconds());
        WriteNumber(output, 2, withNanoseconds ? time.UtcTicks % TimeSpan.TicksPerSecond * 100 : 0);
    }

    private static void WriteIntOrString(ArrayBufferWriter<byte> output, JsonNode? value)
    {
        var isText = value?.GetValueKind() == JsonValueKind.String;
        WriteNumber(output, 1, isText ? 1 : 0);
        WriteNumber(output, 2, isText ? 0 : Integer(value));
        WriteText(output, 3, isText ? Text(value) : "");
    }

    private static long Integer(JsonNode? value) => value is null ? 0 : long.Parse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
        _ => value.ToJsonString(PlainJson),
    };

    private static void WriteNumber(ArrayBufferWriter<byte> output, int number, long value)
    {
        WriteTag(output, number, Varint);
        WriteVarint(output, (ulong)value);
    }

    private static void WriteTag(ArrayBufferWriter<byte> output, int number, int wireType) => WriteVarint(output, ((ulong)number << 3) | (uint)wireType);

    private static void WriteVarint(ArrayBufferWriter<byte> output, ulong value)
    {
        var span = output.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[length++] = (byte)(value | 0x80);
        }

        span[length++] = (byte)value;
        output.Advance(length);
    }

    private static ProtobufMessage MessageOf(ProtobufField field) =>
        ProtobufMessage.Find(field.Message!) ?? throw new InvalidOperationException($"The table of messages lacks {field.Message}.");
}
