using System.Runtime.InteropServices;
using SkiaSharp;

namespace Scalelab.ModelServer.Pictures;

/// <summary>Turns and mirrors a picture as its EXIF orientation asks.</summary>
internal static class Orientation
{
    /// <summary>Returns the same bitmap when it is upright already, else an upright copy, and disposes of the given one.</summary>
    public static SKBitmap Upright(SKBitmap bitmap, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default)
        {
            return bitmap;
        }
        // From the fifth on, the orientations swap rows and columns.
        var swapped = origin >= SKEncodedOrigin.LeftTop;
        var upright = new SKBitmap(bitmap.Info.WithSize(swapped ? bitmap.Height : bitmap.Width, swapped ? bitmap.Width : bitmap.Height));
        Copy(bitmap, upright, origin);
        bitmap.Dispose();
        return upright;
    }

    private static void Copy(SKBitmap from, SKBitmap to, SKEncodedOrigin origin)
    {
        var source = MemoryMarshal.Cast<byte, uint>(from.GetPixelSpan());
        var target = MemoryMarshal.Cast<byte, uint>(to.GetPixelSpan());
        var (lastX, lastY) = (from.Width - 1, from.Height - 1);
        for (var y = 0; y < to.Height; y++)
        {
            var row = target.Slice(y * to.Width, to.Width);
            for (var x = 0; x < row.Length; x++)
            {
                var (sourceX, sourceY) = origin switch
                {
                    SKEncodedOrigin.TopRight => (lastX - x, y),
                    SKEncodedOrigin.BottomRight => (lastX - x, lastY - y),
                    SKEncodedOrigin.BottomLeft => (x, lastY - y),
                    SKEncodedOrigin.LeftTop => (y, x),
                    SKEncodedOrigin.RightTop => (y, lastY - x),
                    SKEncodedOrigin.RightBottom => (lastX - y, lastY - x),
                    _ => (lastX - y, x), // LeftBottom
                };
                row[x] = source[sourceY * from.Width + sourceX];
            }
        }
    }
}
