using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Http.Protobuf;

/// <summary>
/// Bodies in the API's protobuf form: four bytes that say so, then an envelope (runtime.Unknown) with the type and the object.
/// </summary>
internal static class ProtobufBody
{
    private const int TypeMeta = 1;
    private const int Raw = 2;
    private const int ContentEncoding = 3;
    private const int ContentType = 4;
    private const int TypeVersion = 1;
    private const int TypeKind = 2;
    private const int EventType = 1;
    private const int EventObject = 2;

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>True where objects of a kind have a protobuf form. Custom resources never have.</summary>
    public static bool Knows(string apiVersion, string kind) => ProtobufMessage.OfKind(apiVersion, kind) is not null;

    /// <summary>The object as JSON, with kind and apiVersion.</summary>
    /// <param name="kind">The kind that the messages name.</param>
    /// <exception cref="ApiException">400.</exception>
    public static JsonObject ReadObject(ReadOnlyMemory<byte> bytes, string kind)
    {
        if (bytes.IsEmpty)
        {
            throw GoJson.Unrecognized(kind, "empty data", bytes.Span);
        }

        if (!bytes.Span.StartsWith(Magic))
        {
            throw GoJson.Unrecognized(kind, "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]", bytes.Span);
        }

        var (given, version) = ("", "");
        try
        {
            var raw = Open(bytes.Span[Magic.Length..], out given, out version);
            var message = ProtobufMessage.OfKind(version, given)
                ?? throw new FormatException($"no kind \"{given}\" is registered for version \"{version}\" in protobuf form; send the object as {MediaType.Json}");
            var value = ProtobufReader.Read(raw, message);
            value["kind"] = given;
            value["apiVersion"] = version;
            return value;
        }
        catch (FormatException exception)
        {
            throw given.Length == 0
                ? GoJson.Unrecognized(kind, exception.Message, bytes.Span)
                : ApiErrors.BadRequest($"{given} in version \"{version[(version.IndexOf('/', StringComparison.Ordinal) + 1)..]}\" cannot be handled as a {kind}: {exception.Message}");
        }
    }

    /// <summary>The bytes of an object of a kind that <see cref="Knows"/>.</summary>
    public static ReadOnlyMemory<byte> WriteObject(JsonObject value)
    {
        var (version, kind) = (value.Text("apiVersion") ?? "", value.Text("kind") ?? "");
        var message = ProtobufMessage.OfKind(version, kind) ?? throw new ArgumentException($"{kind} in {version} has no protobuf form.", nameof(value));
        var output = new ArrayBufferWriter<byte>(1024);
        output.Write(Magic);
        ProtobufWriter.Nested(output, TypeMeta, type =>
        {
            ProtobufWriter.WriteText(type, TypeVersion, version);
            ProtobufWriter.WriteText(type, TypeKind, kind);
        });
        ProtobufWriter.Nested(output, Raw, raw => ProtobufWriter.Write(raw, value, message));
        ProtobufWriter.WriteText(output, ContentEncoding, "");
        ProtobufWriter.WriteText(output, ContentType, "");
        return output.WrittenMemory;
    }

    /// <summary>One event of a watch: four bytes of length, then the message WatchEvent with the object in its envelope.</summary>
    public static void WriteEvent(IBufferWriter<byte> output, string type, JsonObject value)
    {
        var message = new ArrayBufferWriter<byte>(1024);
        ProtobufWriter.WriteText(message, EventType, type);
        ProtobufWriter.Nested(message, EventObject, raw => ProtobufWriter.WriteBytes(raw, 1, WriteObject(value).Span));
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), message.WrittenCount);
        output.Advance(sizeof(int));
        output.Write(message.WrittenSpan);
    }

    private static ReadOnlySpan<byte> Open(ReadOnlySpan<byte> envelope, out string kind, out string version)
    {
        (kind, version) = ("", "");
        ReadOnlySpan<byte> raw = default;
        var reader = new WireReader(envelope);
        while (reader.Next())
        {
            switch (reader.Number)
            {
                case TypeMeta:
                    var type = new WireReader(reader.Bytes);
                    while (type.Next())
                    {
                        (version, kind) = type.Number switch
                        {
                            TypeVersion => (Encoding.UTF8.GetString(type.Bytes), kind),
                            TypeKind => (version, Encoding.UTF8.GetString(type.Bytes)),
                            _ => (version, kind),
                        };
                    }

                    break;
                case Raw:
                    raw = reader.Bytes;
                    break;
            }
        }

        return raw;
    }
}
