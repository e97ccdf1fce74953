using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Scalelab.Cluster.Store;

/// <summary>
/// The unit that is written to disk at once: 12 bytes of header (length of the payload, CRC-32C of the payload, CRC-32C of these
/// two), then the payload. The header has a checksum of its own because a wrong length must not pass for a torn tail.
/// </summary>
internal static class Frame
{
    public const int HeaderBytes = 12;

    public static void WriteHeader(Span<byte> header, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Checksum(payload));
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Checksum(header[..8]));
    }

    /// <summary>Takes one frame off the start of what is left of a file.</summary>
    /// <returns>Whole: the payload is valid. Torn: a write that was cut off. Damaged: what was once written whole has changed.</returns>
    public static FrameResult Read(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (rest.Length < HeaderBytes)
        {
            return FrameResult.Torn;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]) != Checksum(rest[..8]))
        {
            // A file system may have made the file longer and not yet have written the data: all zeros from here on.
            return rest.ContainsAnyExcept((byte)0) ? FrameResult.Damaged : FrameResult.Torn;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        if (length > rest.Length - HeaderBytes)
        {
            return FrameResult.Torn;
        }

        payload = rest.Slice(HeaderBytes, (int)length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]) == Checksum(payload))
        {
            return FrameResult.Whole;
        }

        return length == rest.Length - HeaderBytes && payload[^1] == 0 ? FrameResult.Torn : FrameResult.Damaged;
    }

    private static uint Checksum(ReadOnlySpan<byte> data)
    {
        var sum = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (var word in words)
        {
            sum = BitOperations.Crc32C(sum, word);
        }

        foreach (var single in data[(words.Length * sizeof(ulong))..])
        {
            sum = BitOperations.Crc32C(sum, single);
        }

        return ~sum;
    }
}

internal enum FrameResult
{
    Whole,
    Torn,
    Damaged,
}
