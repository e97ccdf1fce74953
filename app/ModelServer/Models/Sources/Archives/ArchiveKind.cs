using System.IO.Compression;

namespace Scalelab.ModelServer.Models.Sources.Archives;

/// <summary>How files are packed.</summary>
internal enum ArchiveKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Tar.</summary>
    Tar,

    /// <summary>Tar, then gzip.</summary>
    TarGz,

    /// <summary>Zip.</summary>
    Zip,
}

/// <summary>Tells archives by their first bytes: names are wrong, or missing where an address is signed.</summary>
internal static class ArchiveKinds
{
    private const int TarBlock = 512;

    public static async Task<ArchiveKind> OfAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var start = await StartAsync(file, cancellationToken);
        if (start.AsSpan().StartsWith("PK\u0003\u0004"u8) || start.AsSpan().StartsWith("PK\u0005\u0006"u8))
        {
            return ArchiveKind.Zip;
        }
        if (start.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
        {
            file.Position = 0;
            return await HoldsTarAsync(file, cancellationToken) ? ArchiveKind.TarGz : ArchiveKind.None;
        }
        return IsTar(start) ? ArchiveKind.Tar : ArchiveKind.None;
    }

    private static async Task<bool> HoldsTarAsync(Stream packed, CancellationToken cancellationToken)
    {
        await using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        try
        {
            return IsTar(await StartAsync(unpacked, cancellationToken));
        }
        catch (InvalidDataException)
        {
            // A damaged archive: unpacking will say so.
            return true;
        }
    }

    private static async Task<byte[]> StartAsync(Stream stream, CancellationToken cancellationToken)
    {
        var bytes = new byte[TarBlock];
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return bytes[..read];
    }

    // The header's checksum holds in every form of tar, the oldest too: the sum of its bytes, with its own field taken as blanks.
    private static bool IsTar(byte[] header)
    {
        if (header.Length < TarBlock || header[0] == 0)
        {
            return false;
        }
        var stored = 0;
        foreach (var digit in header.AsSpan(148, 8))
        {
            if (digit is >= (byte)'0' and <= (byte)'7')
            {
                stored = (stored * 8) + digit - '0';
            }
        }
        var sum = header.Sum(value => value) - header.AsSpan(148, 8).ToArray().Sum(value => value) + (8 * ' ');
        return stored == sum;
    }
}
