using System.Globalization;
using System.Numerics;

namespace Scalelab.Cluster.Api.Schema;

/// <summary>
/// An amount of a resource, e.g. <c>250m</c>, <c>1.5Gi</c>, <c>2e3</c>, kept exactly in nano-units (finer amounts round up, as the
/// API's own type does). It remembers the suffix family that it was written in; its text is canonical: the largest suffix without a fraction.
/// </summary>
public readonly struct Quantity : IComparable<Quantity>, IEquatable<Quantity>
{
    private const string BadFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private static readonly BigInteger Nano = 1_000_000_000;
    private static readonly (string Suffix, int Exponent)[] DecimalSuffixes = [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];
    private static readonly (string Suffix, int Shift)[] BinarySuffixes = [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];

    private readonly BigInteger _nanos;
    private readonly Family _family;

    private Quantity(BigInteger nanos, Family family)
    {
        _nanos = nanos;
        _family = family;
    }

    private enum Family
    {
        Decimal,
        Binary,
        Exponent,
    }

    public int Sign => _nanos.Sign;

    /// <summary>The amount in thousandths, rounded up; the nearest number that there is, where it has more than 64 bits.</summary>
    public long MilliValue => Saturated(CeilingDivide(_nanos, Nano / 1000));

    /// <summary>The amount in whole units, rounded up; the nearest number that there is, where it has more than 64 bits.</summary>
    public long Value => Saturated(CeilingDivide(_nanos, Nano));

    /// <summary>The amount in units, as near as a floating-point number comes.</summary>
    public double ToDouble() => (double)_nanos / (double)Nano;

    /// <summary>True when there is no fraction of a unit.</summary>
    public bool IsWhole => (_nanos % Nano).IsZero;

    public static bool operator <(Quantity left, Quantity right) => left.CompareTo(right) < 0;

    public static bool operator >(Quantity left, Quantity right) => left.CompareTo(right) > 0;

    public static bool operator <=(Quantity left, Quantity right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Quantity left, Quantity right) => left.CompareTo(right) >= 0;

    public static bool operator ==(Quantity left, Quantity right) => left.Equals(right);

    public static bool operator !=(Quantity left, Quantity right) => !left.Equals(right);

    public static Quantity operator +(Quantity left, Quantity right) => new(left._nanos + right._nanos, left._nanos.IsZero ? right._family : left._family);

    /// <exception cref="DecodeException">The text is not a quantity.</exception>
    public static Quantity Parse(string text) => TryParse(text, out var quantity) ? quantity : throw Unreadable(text);

    public static bool TryParse(string? text, out Quantity quantity)
    {
        quantity = default;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        var index = text[0] is '+' or '-' ? 1 : 0;
        var negative = text[0] == '-';
        var digits = BigInteger.Zero;
        var scale = 0;
        var point = false;
        for (; index < text.Length && (char.IsAsciiDigit(text[index]) || text[index] == '.'); index++)
        {
            if (text[index] == '.')
            {
                if (point)
                {
                    return false;
                }

                point = true;
                continue;
            }

            digits = (digits * 10) + (text[index] - '0');
            scale += point ? 1 : 0;
        }

        // No digit at all stands for none, as long as there is a sign or a suffix.
        if (text.Length > 64 || !TrySuffix(text.AsSpan(index), out var family, out var exponent, out var shift))
        {
            return false;
        }

        var numerator = (digits << shift) * Nano;
        exponent -= scale;
        if (Math.Abs(exponent) > 64)
        {
            return false;
        }

        var power = BigInteger.Pow(10, Math.Abs(exponent));
        var nanos = exponent >= 0 ? numerator * power : CeilingDivide(numerator, power);
        nanos = family == Family.Binary ? BigInteger.Min(nanos, long.MaxValue * Nano) : nanos;
        quantity = new Quantity(negative ? -nanos : nanos, family);
        return true;
    }

    /// <summary>The same amount rounded up to thousandths, the finest that requests and limits are counted in.</summary>
    public Quantity RoundUpToMilli() => new(CeilingDivide(_nanos, Nano / 1000) * (Nano / 1000), _family);

    public int CompareTo(Quantity other) => _nanos.CompareTo(other._nanos);

    public bool Equals(Quantity other) => _nanos == other._nanos;

    public override bool Equals(object? obj) => obj is Quantity other && Equals(other);

    public override int GetHashCode() => _nanos.GetHashCode();

    public override string ToString()
    {
        if (_nanos.IsZero)
        {
            return "0";
        }

        if (_family == Family.Binary && IsWhole && BigInteger.Abs(_nanos / Nano) >= 1024)
        {
            var units = _nanos / Nano;
            var best = BinarySuffixes.Where(suffix => (units % (BigInteger.One << suffix.Shift)).IsZero).LastOrDefault();
            return best.Suffix is null
                ? units.ToString(CultureInfo.InvariantCulture)
                : (units >> best.Shift).ToString(CultureInfo.InvariantCulture) + best.Suffix;
        }

        var fitting = DecimalSuffixes[0];
        foreach (var suffix in DecimalSuffixes)
        {
            if ((_nanos % BigInteger.Pow(10, suffix.Exponent + 9)).IsZero)
            {
                fitting = suffix;
            }
        }

        var amount = (_nanos / BigInteger.Pow(10, fitting.Exponent + 9)).ToString(CultureInfo.InvariantCulture);
        return _family == Family.Exponent && fitting.Exponent != 0
            ? string.Create(CultureInfo.InvariantCulture, $"{amount}e{fitting.Exponent}")
            : amount + fitting.Suffix;
    }

    /// <summary>What upstream says: a suffix out of the right letters is an unknown suffix, everything else no quantity at all.</summary>
    private static DecodeException Unreadable(string text)
    {
        var rest = text.AsSpan(text.Length > 0 && text[0] is '+' or '-' ? 1 : 0).TrimStart("0123456789");
        rest = rest.StartsWith(".") ? rest[1..].TrimStart("0123456789") : rest;
        var exponent = rest.TrimStart("eEinumkKMGTP");
        exponent = exponent.Length > 0 && exponent[0] is '+' or '-' ? exponent[1..] : exponent;
        var message = text.Length > 0 && exponent.TrimStart("0123456789").IsEmpty ? "unable to parse quantity's suffix" : BadFormat;
        return new DecodeException(message, message);
    }

    private static long Saturated(BigInteger value) => (long)BigInteger.Clamp(value, long.MinValue, long.MaxValue);

    private static BigInteger CeilingDivide(BigInteger value, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(value, divisor, out var remainder);
        return remainder.Sign > 0 ? quotient + 1 : quotient;
    }

    private static bool TrySuffix(ReadOnlySpan<char> suffix, out Family family, out int exponent, out int shift)
    {
        (family, exponent, shift) = (Family.Decimal, 0, 0);
        foreach (var (name, power) in DecimalSuffixes)
        {
            if (suffix.SequenceEqual(name))
            {
                exponent = power;
                return true;
            }
        }

        foreach (var (name, bits) in BinarySuffixes)
        {
            if (suffix.SequenceEqual(name))
            {
                (family, shift) = (Family.Binary, bits);
                return true;
            }
        }

        family = Family.Exponent;
        return suffix.Length > 1 && suffix[0] is 'e' or 'E' && int.TryParse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent);
    }
}
