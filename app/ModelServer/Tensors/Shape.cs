using System.Globalization;

namespace Scalelab.ModelServer.Tensors;

/// <summary>Arithmetic over shapes.</summary>
public static class Shape
{
    /// <summary>A dimension that is decided by the request.</summary>
    public const long Any = -1;

    /// <summary>Most dimensions of a tensor that a client may send.</summary>
    public const int MaxRank = 16;

    /// <summary>Number of elements, or null when it exceeds what one tensor may hold (2³¹ − 1).</summary>
    public static int? Elements(ReadOnlySpan<long> shape)
    {
        var product = 1L;
        foreach (var side in shape)
        {
            if (side < 0 || (product *= Math.Min(side, int.MaxValue + 1L)) > int.MaxValue)
            {
                return null;
            }
        }
        return (int)product;
    }

    /// <summary>A shape for messages, such as <c>[any, 3, 224, 224]</c>.</summary>
    public static string Text(IEnumerable<long> shape) =>
        $"[{string.Join(", ", shape.Select(side => side == Any ? "any" : side.ToString(CultureInfo.InvariantCulture)))}]";
}
