using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Protocols.V1;

/// <summary>Decodes base64 out of JSON straight into pooled memory.</summary>
internal static class Base64Text
{
    /// <summary>Decodes the text that the reader stands on; false when it is no base64.</summary>
    public static bool TryDecode(ref Utf8JsonReader reader, TensorArena arena, out ReadOnlyMemory<byte> bytes)
    {
        var text = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            var unescaped = arena.Rent(Math.Max(1, text.Length)).Span;
            text = unescaped[..reader.CopyString(unescaped)];
        }
        var room = arena.Rent(Math.Max(1, Base64.GetMaxDecodedFromUtf8Length(text.Length)));
        var decoded = Base64.DecodeFromUtf8(text, room.Span, out var consumed, out var written) == OperationStatus.Done && consumed == text.Length;
        bytes = room[..written];
        return decoded;
    }
}
