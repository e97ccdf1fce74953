using System.Buffers;

namespace Scalelab.ModelServer.Pictures;

/// <summary>
/// Which source pixels make up each target pixel of one row or column, and with what weight: the antialiasing convolution that PIL's
/// Image.resize applies, fixed-point arithmetic included, so that a network sees the numbers that it was trained on.
/// </summary>
internal sealed class ResizeWeights : IDisposable
{
    /// <summary>Fraction bits of a weight: a sum of weights times bytes stays within 32 bits.</summary>
    public const int FractionBits = 22;

    private readonly int[] _weights;
    private readonly int[] _starts;
    private readonly int[] _counts;
    private readonly int _stride;

    // Pooled: as large as a megabyte for a large picture, and needed for each anew.
    private ResizeWeights(int targets, int stride)
    {
        Targets = targets;
        _stride = stride;
        _weights = ArrayPool<int>.Shared.Rent(targets * stride);
        _starts = ArrayPool<int>.Shared.Rent(targets);
        _counts = ArrayPool<int>.Shared.Rent(targets);
    }

    /// <summary>First source pixel that any target needs.</summary>
    public int First => _starts[0];

    /// <summary>Last source pixel that any target needs.</summary>
    public int Last => _starts[Targets - 1] + _counts[Targets - 1] - 1;

    /// <summary>Number of target pixels.</summary>
    public int Targets { get; }

    /// <summary>Index of the first source pixel of a target.</summary>
    public int Start(int target) => _starts[target];

    /// <summary>The weights of the source pixels of a target, from <see cref="Start"/> on.</summary>
    public ReadOnlySpan<int> Of(int target) => _weights.AsSpan(target * _stride, _counts[target]);

    /// <summary>A weighted sum that started at <see cref="Half"/>, as a byte.</summary>
    public static byte ToByte(int sum) => (byte)Math.Clamp(sum >> FractionBits, 0, 255);

    /// <summary>What a weighted sum starts at, so that it is rounded.</summary>
    public const int Half = 1 << (FractionBits - 1);

    /// <summary>The weights for resizing <paramref name="source"/> pixels to <paramref name="resized"/>, of which only those from <paramref name="offset"/> on are made.</summary>
    public static ResizeWeights Of(int source, long resized, long offset, int targets, ResizeFilter filter)
    {
        var scale = (double)source / resized;
        var stretch = Math.Max(scale, 1.0);
        var support = Reach(filter) * stretch;
        var weights = new ResizeWeights(targets, (int)Math.Min(source, (Math.Ceiling(support) * 2) + 1));
        var row = ArrayPool<double>.Shared.Rent(weights._stride);
        for (var target = 0; target < targets; target++)
        {
            var centre = (offset + target + 0.5) * scale;
            var start = Math.Max(0, (int)(centre - support + 0.5));
            var count = Math.Min(source, (int)(centre + support + 0.5)) - start;
            var sum = 0.0;
            for (var i = 0; i < count; i++)
            {
                row[i] = Weight(filter, (start + i - centre + 0.5) / stretch);
                sum += row[i];
            }
            for (var i = 0; i < count; i++)
            {
                weights._weights[(target * weights._stride) + i] = (int)Math.Round(row[i] / sum * (1 << FractionBits), MidpointRounding.AwayFromZero);
            }
            weights._starts[target] = start;
            weights._counts[target] = count;
        }
        ArrayPool<double>.Shared.Return(row);
        return weights;
    }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_weights);
        ArrayPool<int>.Shared.Return(_starts);
        ArrayPool<int>.Shared.Return(_counts);
    }

    private static double Reach(ResizeFilter filter) => filter == ResizeFilter.Bicubic ? 2 : 1;

    private static double Weight(ResizeFilter filter, double distance)
    {
        var x = Math.Abs(distance);
        if (filter == ResizeFilter.Bilinear)
        {
            return Math.Max(0, 1 - x);
        }
        const double A = -0.5;
        return x switch
        {
            < 1 => (((((A + 2) * x) - (A + 3)) * x) * x) + 1,
            < 2 => (((((x - 5) * x) + 8) * x) - 4) * A,
            _ => 0,
        };
    }
}
