using System.Globalization;
using Scalelab.Policy.Framework;

namespace Scalelab.Policy.Kubernetes;

/// <summary>Amounts of resources as Kubernetes writes them: a number with a decimal (m, k, M …) or binary (Ki, Mi …) suffix or an exponent.</summary>
internal static class Quantity
{
    // The first that fits; the empty one fits always.
    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1024m), ("Mi", 1024m * 1024), ("Gi", 1024m * 1024 * 1024), ("Ti", 1024m * 1024 * 1024 * 1024), ("Pi", 1024m * 1024 * 1024 * 1024 * 1024),
        ("n", 1e-9m), ("u", 1e-6m), ("m", 1e-3m), ("k", 1e3m), ("M", 1e6m), ("G", 1e9m), ("T", 1e12m), ("P", 1e15m), ("", 1m),
    ];

    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>In cores, bytes or pieces; null where it is unknown or none, which is the API server's to refuse.</summary>
    public static decimal? Read(Property value)
    {
        if (value.Text is not { } text)
        {
            return value.Number is { } number && Math.Abs(number) < 1e15 ? (decimal)number : null;
        }

        var (suffix, factor) = Suffixes.First(candidate => text.EndsWith(candidate.Suffix, StringComparison.Ordinal));
        // Fifteen digits are beyond every machine and far from the limits of decimal.
        return decimal.TryParse(text.AsSpan(0, text.Length - suffix.Length), Number, CultureInfo.InvariantCulture, out var amount) && Math.Abs(amount) < 1e15m
            && Math.Abs((double)amount * (double)factor) < 1e27
            ? amount * factor
            : null;
    }
}
