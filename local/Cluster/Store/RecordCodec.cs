using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Scalelab.Cluster.Store;

/// <summary>
/// One object on disk: type of the write, revision, revision of the creation, place of the revision's digits, then resource,
/// namespace, name and JSON, each behind its length. Little endian.
/// </summary>
internal static class RecordCodec
{
    private const int FixedBytes = 1 + 8 + 8 + 4;

    public static void Write(ArrayBufferWriter<byte> output, StoreEventType type, StoredObject item)
    {
        var span = output.GetSpan(FixedBytes);
        span[0] = (byte)type;
        BinaryPrimitives.WriteInt64LittleEndian(span[1..], item.Revision);
        BinaryPrimitives.WriteInt64LittleEndian(span[9..], item.CreateRevision);
        BinaryPrimitives.WriteInt32LittleEndian(span[17..], item.RevisionOffset);
        output.Advance(FixedBytes);
        WriteText(output, item.Key.Resource);
        WriteText(output, item.Key.Namespace);
        WriteText(output, item.Key.Name);
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(4), item.Bytes.Length);
        output.Advance(4);
        output.Write(item.Bytes);
    }

    /// <summary>Takes one record off the start of a payload whose checksum is right.</summary>
    public static (StoreEventType Type, StoredObject Object) Read(ref ReadOnlySpan<byte> payload)
    {
        var type = (StoreEventType)payload[0];
        var revision = BinaryPrimitives.ReadInt64LittleEndian(payload[1..]);
        var createRevision = BinaryPrimitives.ReadInt64LittleEndian(payload[9..]);
        var offset = BinaryPrimitives.ReadInt32LittleEndian(payload[17..]);
        payload = payload[FixedBytes..];
        // A few resources and namespaces are shared by very many objects.
        var key = new ResourceKey(string.Intern(ReadText(ref payload)), string.Intern(ReadText(ref payload)), ReadText(ref payload));
        var length = BinaryPrimitives.ReadInt32LittleEndian(payload);
        var json = payload.Slice(4, length).ToArray();
        payload = payload[(4 + length)..];
        return (type, new StoredObject(key, createRevision, revision, json, offset));
    }

    private static void WriteText(ArrayBufferWriter<byte> output, string text)
    {
        var span = output.GetSpan(2 + Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, span[2..]);
        BinaryPrimitives.WriteUInt16LittleEndian(span, checked((ushort)length));
        output.Advance(2 + length);
    }

    private static string ReadText(ref ReadOnlySpan<byte> payload)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(payload);
        var text = Encoding.UTF8.GetString(payload.Slice(2, length));
        payload = payload[(2 + length)..];
        return text;
    }
}
