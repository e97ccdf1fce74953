using SkiaSharp;

namespace Scalelab.ModelServer.Pictures;

/// <summary>The pixels of a picture, row by row from the top, upright, four bytes (R, G, B, unused) each.</summary>
public sealed class DecodedPicture : IDisposable
{
    /// <summary>Bytes of one pixel.</summary>
    public const int BytesPerPixel = 4;

    private readonly SKBitmap _bitmap;

    internal DecodedPicture(SKBitmap bitmap)
    {
        _bitmap = bitmap;
    }

    /// <summary>Pixels in a row.</summary>
    public int Width => _bitmap.Width;

    /// <summary>Number of rows.</summary>
    public int Height => _bitmap.Height;

    /// <summary>One row, <see cref="Width"/> times <see cref="BytesPerPixel"/> bytes.</summary>
    public ReadOnlySpan<byte> Row(int y) => _bitmap.GetPixelSpan().Slice(y * _bitmap.RowBytes, Width * BytesPerPixel);

    public void Dispose() => _bitmap.Dispose();
}
