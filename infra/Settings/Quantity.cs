using System.Globalization;

namespace Scalelab.Infra.Settings;

/// <summary>
/// An amount of a resource as Kubernetes writes it: a decimal number with an optional suffix (m, k, M, G, T, Ki, Mi, Gi, Ti). Compares by
/// amount: 1000m equals 1. Kept as written, so that the declared object says what the configuration says.
/// </summary>
internal readonly record struct Quantity : IComparable<Quantity>
{
    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1024m), ("Mi", 1024m * 1024), ("Gi", 1024m * 1024 * 1024), ("Ti", 1024m * 1024 * 1024 * 1024),
        ("m", 0.001m), ("k", 1e3m), ("M", 1e6m), ("G", 1e9m), ("T", 1e12m), ("", 1m),
    ];

    private Quantity(string text, decimal amount) => (Text, Amount) = (text, amount);

    /// <summary>As configured.</summary>
    public string Text { get; }

    /// <summary>In cores or bytes.</summary>
    public decimal Amount { get; }

    public static bool TryParse(string text, out Quantity quantity)
    {
        var (suffix, factor) = Suffixes.First(candidate => text.EndsWith(candidate.Suffix, StringComparison.Ordinal));
        var number = text.AsSpan(0, text.Length - suffix.Length);
        // Fifteen digits are beyond every machine and far from the limits of decimal.
        var isNumber = decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount < 1e15m;
        quantity = isNumber ? new Quantity(text, amount * factor) : default;
        return isNumber;
    }

    public int CompareTo(Quantity other) => Amount.CompareTo(other.Amount);

    public bool Equals(Quantity other) => Amount == other.Amount;

    public override int GetHashCode() => Amount.GetHashCode();

    public override string ToString() => Text;
}
