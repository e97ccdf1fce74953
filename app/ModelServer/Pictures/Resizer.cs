using System.Buffers;

namespace Scalelab.ModelServer.Pictures;

/// <summary>Resizes a picture and cuts a window out of the result; only the pixels of the window are ever made.</summary>
public static class Resizer
{
    /// <summary>Channels of a made pixel: red, green, blue.</summary>
    public const int Channels = 3;

    /// <summary>
    /// Makes the window of <paramref name="window"/> × <paramref name="window"/> pixels whose upper left corner is at (<paramref name="left"/>,
    /// <paramref name="top"/>) of the picture resized to <paramref name="width"/> × <paramref name="height"/>: three bytes a pixel, row by row.
    /// </summary>
    public static void Resize(DecodedPicture picture, long width, long height, long left, long top, int window, ResizeFilter filter, Span<byte> result)
    {
        var columns = ResizeWeights.Of(picture.Width, width, left, window, filter);
        var rows = ResizeWeights.Of(picture.Height, height, top, window, filter);
        var stride = window * Channels;
        var narrowed = ArrayPool<byte>.Shared.Rent((rows.Last - rows.First + 1) * stride);
        try
        {
            for (var y = rows.First; y <= rows.Last; y++)
            {
                ResizeRow(picture.Row(y), columns, narrowed.AsSpan((y - rows.First) * stride, stride));
            }
            for (var y = 0; y < window; y++)
            {
                SumRows(narrowed.AsSpan((rows.Start(y) - rows.First) * stride), rows.Of(y), result.Slice(y * stride, stride));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(narrowed);
        }
    }

    private static void ResizeRow(ReadOnlySpan<byte> row, ResizeWeights columns, Span<byte> result)
    {
        for (var x = 0; x < columns.Targets; x++)
        {
            var weights = columns.Of(x);
            var pixels = row.Slice(columns.Start(x) * DecodedPicture.BytesPerPixel, weights.Length * DecodedPicture.BytesPerPixel);
            var (red, green, blue) = (ResizeWeights.Half, ResizeWeights.Half, ResizeWeights.Half);
            for (var i = 0; i < weights.Length; i++)
            {
                var pixel = pixels.Slice(i * DecodedPicture.BytesPerPixel, DecodedPicture.BytesPerPixel);
                red += pixel[0] * weights[i];
                green += pixel[1] * weights[i];
                blue += pixel[2] * weights[i];
            }
            result[x * Channels] = ResizeWeights.ToByte(red);
            result[(x * Channels) + 1] = ResizeWeights.ToByte(green);
            result[(x * Channels) + 2] = ResizeWeights.ToByte(blue);
        }
    }

    private static void SumRows(ReadOnlySpan<byte> rows, ReadOnlySpan<int> weights, Span<byte> result)
    {
        var stride = result.Length;
        for (var i = 0; i < stride; i++)
        {
            var sum = ResizeWeights.Half;
            for (var row = 0; row < weights.Length; row++)
            {
                sum += rows[(row * stride) + i] * weights[row];
            }
            result[i] = ResizeWeights.ToByte(sum);
        }
    }
}
