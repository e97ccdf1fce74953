using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Rest;

/// <summary>
/// Objects as bytes: kind, apiVersion and metadata stand first, metadata's fields in upstream's order, the resourceVersion's digits
/// where the store puts them. So most answers are the stored bytes, whole or without their first two fields.
/// </summary>
internal static class ObjectJson
{
    // HTML-safe escaping would make bytes longer and unlike upstream's for nothing: they go out as application/json.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly string[] MetadataOrder =
    [
        "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
        "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers", "managedFields",
    ];

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    public static JsonObject Parse(ReadOnlyMemory<byte> json) => (JsonObject)JsonNode.Parse(json.Span)!;

    public static JsonObject Parse(StoredObject item) => Parse(item.Json);

    /// <summary>The bytes of an object with the resourceVersion it has, or none.</summary>
    public static byte[] Serialize(JsonObject value)
    {
        var buffer = Rent();
        Write(value, buffer, withRevision: false, out _);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Hands an object to the store: the revision's place is left to it.</summary>
    public static T Store<T>(JsonObject value, Func<StoredContent, T> write)
    {
        var buffer = Rent();
        Write(value, buffer, withRevision: true, out var offset);
        return write(new StoredContent(buffer.WrittenSpan[..offset], buffer.WrittenSpan[(offset + 1)..]));
    }

    private static ArrayBufferWriter<byte> Rent()
    {
        if (_buffer is null || _buffer.Capacity > 1024 * 1024)
        {
            _buffer = new ArrayBufferWriter<byte>(4096);
        }

        _buffer.ResetWrittenCount();
        return _buffer;
    }

    private static void Write(JsonObject value, ArrayBufferWriter<byte> buffer, bool withRevision, out int offset)
    {
        offset = 0;
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        writer.WriteStartObject();
        WriteProperty(writer, value, "kind");
        WriteProperty(writer, value, "apiVersion");
        if (value["metadata"] is JsonObject metadata)
        {
            writer.WriteStartObject("metadata");
            foreach (var name in MetadataOrder)
            {
                if (withRevision && name == "resourceVersion")
                {
                    writer.WriteString("resourceVersion"u8, "0"u8);
                    writer.Flush();
                    offset = buffer.WrittenCount - 2;
                }
                else
                {
                    WriteProperty(writer, metadata, name);
                }
            }

            foreach (var (name, child) in metadata)
            {
                if (Array.IndexOf(MetadataOrder, name) < 0)
                {
                    Write(writer, name, child);
                }
            }

            writer.WriteEndObject();
        }

        foreach (var (name, child) in value)
        {
            if (name is not ("kind" or "apiVersion" or "metadata"))
            {
                Write(writer, name, child);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteProperty(Utf8JsonWriter writer, JsonObject value, string name)
    {
        if (value.TryGetPropertyValue(name, out var child))
        {
            Write(writer, name, child);
        }
    }

    private static void Write(Utf8JsonWriter writer, string name, JsonNode? child)
    {
        writer.WritePropertyName(name);
        if (child is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            child.WriteTo(writer);
        }
    }
}
