using System.Globalization;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>Compares quantities, which the server writes in its own way: <c>1000m</c> comes back as <c>1</c>.</summary>
internal static class KubeQuantity
{
    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1024m), ("Mi", 1048576m), ("Gi", 1073741824m), ("Ti", 1099511627776m), ("Pi", 1125899906842624m), ("Ei", 1152921504606846976m),
        ("n", 1e-9m), ("u", 1e-6m), ("m", 1e-3m), ("k", 1e3m), ("M", 1e6m), ("G", 1e9m), ("T", 1e12m), ("P", 1e15m), ("E", 1e18m),
    ];

    public static bool AreEqual(PropertyValue a, PropertyValue b) => Parse(a) is { } x && Parse(b) is { } y && x == y;

    private static decimal? Parse(PropertyValue value) => value switch
    {
        NumberValue { Value: var number } when Math.Abs(number) < 1e18 => (decimal)number,
        StringValue { Value: { Length: > 0 and < 32 } text } => Parse(text),
        _ => null,
    };

    private static decimal? Parse(string text)
    {
        var (suffix, factor) = Suffixes.FirstOrDefault(suffix => text.EndsWith(suffix.Suffix, StringComparison.Ordinal));
        try
        {
            return decimal.TryParse(suffix is null ? text : text[..^suffix.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? suffix is null ? number : number * factor
                : null;
        }
        catch (OverflowException)
        {
            // Larger than any machine; compared as text then.
            return null;
        }
    }
}
