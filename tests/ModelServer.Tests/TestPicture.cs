using System.Buffers.Binary;
using System.IO.Compression;
using SkiaSharp;

namespace Scalelab.ModelServer.Tests;

/// <summary>Pictures made on the spot.</summary>
internal static class TestPicture
{
    /// <summary>One colour all over.</summary>
    public static byte[] Plain(SKColor colour, SKEncodedImageFormat format = SKEncodedImageFormat.Png, int width = 20, int height = 20) =>
        Draw(width, height, format, canvas => canvas.Clear(colour));

    /// <summary>32 × 16 pixels: red upper left, green upper right, blue lower left, black lower right.</summary>
    public static byte[] Quarters() => Draw(32, 16, SKEncodedImageFormat.Jpeg, canvas =>
    {
        canvas.Clear(SKColors.Black);
        Fill(canvas, 0, 0, SKColors.Red);
        Fill(canvas, 16, 0, SKColors.Lime);
        Fill(canvas, 0, 8, SKColors.Blue);
    });

    /// <summary>A JPEG with what photographs have: gradients, edges, and texture finer than what is left after resizing.</summary>
    public static byte[] Photograph(int width, int height) => Draw(width, height, SKEncodedImageFormat.Jpeg, canvas =>
    {
        using var sky = SKShader.CreateLinearGradient(default, new SKPoint(width, height), [SKColors.SkyBlue, SKColors.SandyBrown], SKShaderTileMode.Clamp);
        using var noise = SKShader.CreatePerlinNoiseTurbulence(0.02f, 0.05f, 4, 7);
        using var paint = new SKPaint { Shader = sky, IsAntialias = true };
        canvas.DrawPaint(paint);
        paint.Shader = noise;
        paint.BlendMode = SKBlendMode.Overlay;
        canvas.DrawPaint(paint);
        paint.Shader = null;
        paint.BlendMode = SKBlendMode.SrcOver;
        var random = new Random(3);
        for (var i = 0; i < 40; i++)
        {
            paint.Color = new SKColor((uint)random.Next() | 0xFF000000);
            canvas.DrawCircle(random.Next(width), random.Next(height), random.Next(height / 8), paint);
        }
    });

    /// <summary>The JPEG with an EXIF segment that holds nothing but the orientation.</summary>
    public static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, // big-endian; the first directory follows at once
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0, // one entry: tag 0x112, a short; no other directory
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }

    /// <summary>A valid black PNG of any size: a few kilobytes that become <paramref name="width"/> × <paramref name="height"/> pixels.</summary>
    public static byte[] Bomb(int width, int height)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var row = new byte[1 + ((width + 7) / 8)];
            for (var y = 0; y < height; y++)
            {
                zlib.Write(row);
            }
        }
        return Png(width, height, packed.ToArray());
    }

    /// <summary>A PNG that claims a size, and has no pixels.</summary>
    public static byte[] Header(int width, int height) => Png(width, height, []);

    private static byte[] Png(int width, int height, byte[] packed)
    {
        byte[] header = [.. BigEndian(width), .. BigEndian(height), 1, 0, 0, 0, 0]; // one bit a pixel, grey
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Draw(int width, int height, SKEncodedImageFormat format, Action<SKCanvas> draw)
    {
        using var bitmap = new SKBitmap(width, height);
        using var canvas = new SKCanvas(bitmap);
        draw(canvas);
        using var data = bitmap.Encode(format, 100);
        return data.ToArray();
    }

    private static void Fill(SKCanvas canvas, int left, int top, SKColor colour)
    {
        using var paint = new SKPaint { Color = colour, IsAntialias = false };
        canvas.DrawRect(left, top, 16, 8, paint);
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] content)
    {
        byte[] checkedPart = [.. type, .. content];
        return [.. BigEndian(content.Length), .. checkedPart, .. BigEndian(Checksum(checkedPart))];
    }

    // PNG's CRC-32.
    private static int Checksum(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }
        return (int)~crc;
    }

    private static byte[] BigEndian(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
