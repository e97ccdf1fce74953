using System.Buffers.Binary;
using System.Text.Json;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Protocols.Json;

/// <summary>Turns JSON values into the elements of one tensor, in memory that grows with them.</summary>
/// <param name="name">The tensor, for messages.</param>
/// <param name="type">Type of the elements.</param>
/// <param name="arena">Where the memory comes from.</param>
internal sealed class ElementReader(string name, DataType type, TensorArena arena)
{
    // What a text costs beside its bytes, here and in ONNX Runtime.
    private const int TextCost = 64;
    private const int TextRoom = 16 * 1024;

    private readonly int _size = type.Size();
    private Memory<byte> _data;
    private int _end;
    private Memory<byte> _room;
    private List<ReadOnlyMemory<byte>>? _texts;

    /// <summary>Elements read.</summary>
    public int Count => _texts?.Count ?? (_size == 0 ? 0 : _end / _size);

    /// <summary>The tensor of what was read.</summary>
    public Tensor ToTensor(long[] shape) => type == DataType.Bytes
        ? new Tensor(name, type, shape, default, _texts ?? [])
        : new Tensor(name, type, shape, _data[.._end]);

    /// <summary>Makes room for a number of elements that is known beforehand.</summary>
    public void Reserve(int elements)
    {
        if (type == DataType.Bytes)
        {
            _texts ??= [];
        }
        else
        {
            Grow(checked(elements * _size));
        }
    }

    /// <summary>Reads the value that the reader stands on.</summary>
    /// <exception cref="RequestException">It is of another type, or out of the type's range (400).</exception>
    public void Read(ref Utf8JsonReader reader)
    {
        if (type == DataType.Bytes)
        {
            ReadText(ref reader);
            return;
        }
        if (_end + _size > _data.Length)
        {
            Grow(Math.Max(1024, _data.Length * 2));
        }
        if (!TryWrite(ref reader, _data.Span.Slice(_end, _size)))
        {
            throw RequestException.Bad(
                $"Element {Count} of '{name}' is {Describe(ref reader)}, which is no {type.Name()}.", $"Send values that {type.Name()} can hold.");
        }
        _end += _size;
    }

    private static string Describe(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number => Printable.Cut(System.Text.Encoding.UTF8.GetString(reader.ValueSpan)),
        JsonTokenType.String => "a text",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };

    private static bool TryFloat(ref Utf8JsonReader reader, out float value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetSingle(out value) && float.IsFinite(value);
    }

    private static ushort ToBFloat16(float value)
    {
        // Round half to even, as hardware does.
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private void ReadText(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw RequestException.Bad($"Element {Count} of '{name}' is {Describe(ref reader)}, which is no text.", "Send texts for a tensor of BYTES.");
        }
        if (_room.Length < reader.ValueSpan.Length)
        {
            _room = arena.Rent(Math.Max(TextRoom, reader.ValueSpan.Length));
        }
        arena.Charge(TextCost);
        var length = reader.CopyString(_room.Span);
        (_texts ??= []).Add(_room[..length]);
        _room = _room[length..];
    }

    private void Grow(int bytes)
    {
        var grown = arena.Rent(Math.Max(1, bytes));
        _data[.._end].CopyTo(grown);
        _data = grown;
    }

    private bool TryWrite(ref Utf8JsonReader reader, Span<byte> target)
    {
        if (type == DataType.Bool)
        {
            return TryWriteBool(ref reader, target);
        }
        if (reader.TokenType != JsonTokenType.Number)
        {
            return false;
        }
        return type switch
        {
            DataType.Fp32 => TryFloat(ref reader, out var value) && BitConverter.TryWriteBytes(target, value),
            DataType.Fp64 => reader.TryGetDouble(out var value) && double.IsFinite(value) && BitConverter.TryWriteBytes(target, value),
            DataType.Fp16 => TryFloat(ref reader, out var value) && Half.IsFinite((Half)value) && BitConverter.TryWriteBytes(target, (Half)value),
            DataType.Bf16 => TryFloat(ref reader, out var value) && BinaryPrimitives.TryWriteUInt16LittleEndian(target, ToBFloat16(value)),
            DataType.Int64 => reader.TryGetInt64(out var value) && BitConverter.TryWriteBytes(target, value),
            DataType.Int32 => reader.TryGetInt32(out var value) && BitConverter.TryWriteBytes(target, value),
            DataType.Int16 => reader.TryGetInt16(out var value) && BitConverter.TryWriteBytes(target, value),
            DataType.Int8 => reader.TryGetSByte(out var value) && TryWriteByte(target, (byte)value),
            DataType.Uint64 => reader.TryGetUInt64(out var value) && BitConverter.TryWriteBytes(target, value),
            DataType.Uint32 => reader.TryGetUInt32(out var value) && BitConverter.TryWriteBytes(target, value),
            DataType.Uint16 => reader.TryGetUInt16(out var value) && BitConverter.TryWriteBytes(target, value),
            _ => reader.TryGetByte(out var value) && TryWriteByte(target, value),
        };
    }

    private static bool TryWriteBool(ref Utf8JsonReader reader, Span<byte> target) => reader.TokenType switch
    {
        JsonTokenType.True => TryWriteByte(target, 1),
        JsonTokenType.False => TryWriteByte(target, 0),
        JsonTokenType.Number => reader.TryGetByte(out var number) && number <= 1 && TryWriteByte(target, number),
        _ => false,
    };

    private static bool TryWriteByte(Span<byte> target, byte value)
    {
        target[0] = value;
        return true;
    }
}
