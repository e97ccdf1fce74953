using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
        using var columns = ResizeWeights.Of(picture.Width, width, left, window, filter);
        using var rows = ResizeWeights.Of(picture.Height, height, top, window, filter);
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

    // Four channels of a pixel in one register: whole numbers, so that the sums are the same whatever adds them up.
    private static void ResizeRow(ReadOnlySpan<byte> row, ResizeWeights columns, Span<byte> result)
    {
        var pixels = MemoryMarshal.Cast<byte, uint>(row);
        for (var x = 0; x < columns.Targets; x++)
        {
            var weights = columns.Of(x);
            var sums = Vector128.Create(ResizeWeights.Half);
            ref var pixel = ref Unsafe.Add(ref MemoryMarshal.GetReference(pixels), columns.Start(x));
            for (var i = 0; i < weights.Length; i++)
            {
                var channels = Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.Add(ref pixel, i)).AsByte())).AsInt32();
                sums += channels * weights[i];
            }
            result[x * Channels] = ResizeWeights.ToByte(sums[0]);
            result[(x * Channels) + 1] = ResizeWeights.ToByte(sums[1]);
            result[(x * Channels) + 2] = ResizeWeights.ToByte(sums[2]);
        }
    }

    private static void SumRows(ReadOnlySpan<byte> rows, ReadOnlySpan<int> weights, Span<byte> result)
    {
        var stride = result.Length;
        var i = 0;
        for (; i + Vector128<byte>.Count <= stride; i += Vector128<byte>.Count)
        {
            SumSixteen(rows[i..], weights, stride, result.Slice(i, Vector128<byte>.Count));
        }
        for (; i < stride; i++)
        {
            var sum = ResizeWeights.Half;
            for (var row = 0; row < weights.Length; row++)
            {
                sum += rows[(row * stride) + i] * weights[row];
            }
            result[i] = ResizeWeights.ToByte(sum);
        }
    }

    private static void SumSixteen(ReadOnlySpan<byte> rows, ReadOnlySpan<int> weights, int stride, Span<byte> result)
    {
        var half = Vector128.Create(ResizeWeights.Half);
        var (first, second, third, fourth) = (half, half, half, half);
        for (var row = 0; row < weights.Length; row++)
        {
            var bytes = Vector128.Create(rows.Slice(row * stride, Vector128<byte>.Count));
            var (lower, upper) = (Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes));
            var weight = weights[row];
            first += Vector128.WidenLower(lower).AsInt32() * weight;
            second += Vector128.WidenUpper(lower).AsInt32() * weight;
            third += Vector128.WidenLower(upper).AsInt32() * weight;
            fourth += Vector128.WidenUpper(upper).AsInt32() * weight;
        }
        var words = (Clamped(first, second), Clamped(third, fourth));
        Vector128.Narrow(words.Item1, words.Item2).CopyTo(result);
    }

    private static Vector128<ushort> Clamped(Vector128<int> lower, Vector128<int> upper) => Vector128.Narrow(Clamped(lower).AsUInt32(), Clamped(upper).AsUInt32());

    private static Vector128<int> Clamped(Vector128<int> sums) =>
        Vector128.Clamp(Vector128.ShiftRightArithmetic(sums, ResizeWeights.FractionBits), Vector128<int>.Zero, Vector128.Create(255));
}
