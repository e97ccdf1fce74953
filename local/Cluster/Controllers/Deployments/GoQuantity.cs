using System.Globalization;
using System.Numerics;

namespace Scalelab.Cluster.Controllers.Deployments;

/// <summary>
/// What a quantity looks like in memory after Go has parsed it: a number, a power of ten, the format, and the text itself where it is in
/// canonical form for certain (apimachinery's pkg/api/resource).
/// </summary>
internal static class GoQuantity
{
    private static readonly Dictionary<string, int> Decimal = new(StringComparer.Ordinal)
    {
        [""] = 0,
        ["n"] = -9,
        ["u"] = -6,
        ["m"] = -3,
        ["k"] = 3,
        ["M"] = 6,
        ["G"] = 9,
        ["T"] = 12,
        ["P"] = 15,
        ["E"] = 18,
    };

    private static readonly Dictionary<string, int> Binary = new(StringComparer.Ordinal) { ["Ki"] = 10, ["Mi"] = 20, ["Gi"] = 30, ["Ti"] = 40, ["Pi"] = 50, ["Ei"] = 60 };

    public static string Print(string text)
    {
        if (text == "0")
        {
            return Print(0, 0, "DecimalSI", text);
        }

        var end = text.AsSpan().LastIndexOfAnyInRange('0', '9') is var last && text.AsSpan().IndexOfAny('e', 'E') is > 0 and var mark && mark < last ? mark : last + 1;
        var (number, suffix) = (text[..end], text[end..]);
        var point = number.IndexOf('.', StringComparison.Ordinal);
        var digits = number.Replace(".", "", StringComparison.Ordinal);
        var fraction = point < 0 ? 0 : number.Length - point - 1;
        var value = BigInteger.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (Binary.TryGetValue(suffix, out var shift))
        {
            return Print(value << shift, -fraction, "BinarySI", shift % 10 == 0 && (value & 7) != 0 ? text : "");
        }

        var isExponent = !Decimal.TryGetValue(suffix, out var exponent);
        if (isExponent)
        {
            exponent = int.Parse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        }

        var scale = exponent - fraction;
        var canonical = scale % 3 == 0 && !digits.EndsWith("000", StringComparison.Ordinal) && digits.TrimStart('-', '+')[0] != '0';
        return Print(value, scale, isExponent ? "DecimalExponent" : "DecimalSI", canonical ? text : "");
    }

    private static string Print(BigInteger value, int scale, string format, string text) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{i:(resource.int64Amount){{value:(int64){value} scale:(resource.Scale){scale}}} d:(resource.infDecAmount){{Dec:(*inf.Dec)<nil>}} s:(string){text} Format:(resource.Format){format}}}");
}
