using System.Buffers.Binary;

namespace Scalelab.Cluster.Api.Http.Protobuf;

/// <summary>The fields of one encoded message, one after the other.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The number of the field that <see cref="Next"/> came to.</summary>
    public int Number { get; private set; }

    /// <summary>The value of a numeric field.</summary>
    public long Value { get; private set; }

    /// <summary>The bytes of a text, a message or packed numbers; empty for numeric fields.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>True where the field has <see cref="Bytes"/>.</summary>
    public bool IsDelimited { get; private set; }

    /// <summary>False at the end.</summary>
    /// <exception cref="FormatException">The bytes are no message.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        Number = (int)(tag >>> 3);
        if (tag >>> 3 is <= 0 or > 0x1FFFFFFF)
        {
            throw new FormatException("proto: illegal tag");
        }

        Bytes = default;
        Value = 0;
        IsDelimited = false;
        switch (tag & 7)
        {
            case 0:
                Value = Varint();
                break;
            case 1:
                Value = BinaryPrimitives.ReadInt64LittleEndian(Take(8));
                break;
            case 2:
                var length = Varint();
                Bytes = length is >= 0 and <= int.MaxValue ? Take((int)length) : throw new FormatException("proto: negative length found during unmarshaling");
                IsDelimited = true;
                break;
            case 5:
                Value = BinaryPrimitives.ReadInt32LittleEndian(Take(4));
                break;
            default:
                throw new FormatException("proto: illegal wireType " + (tag & 7).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return true;
    }

    /// <summary>Takes one number off packed numbers.</summary>
    public static bool TryUnpack(ref ReadOnlySpan<byte> packed, out long value)
    {
        if (packed.IsEmpty)
        {
            value = 0;
            return false;
        }

        var reader = new WireReader(packed);
        value = reader.Varint();
        packed = reader._rest;
        return true;
    }

    private long Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (long)value;
            }
        }

        throw new FormatException("proto: integer overflow");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw new FormatException("unexpected EOF");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
