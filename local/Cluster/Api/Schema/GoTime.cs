using System.Globalization;

namespace Scalelab.Cluster.Api.Schema;

/// <summary>Reads times as Go's <c>time.Parse</c> does with the layouts of RFC 3339, and refuses them in its words.</summary>
internal static class GoTime
{
    private const string Seconds = "2006-01-02T15:04:05Z07:00";
    private const string Micros = "2006-01-02T15:04:05.000000Z07:00";

    private static readonly (string Layout, int Digits, string Unit, int Low, int High)[] Parts =
    [
        ("2006", 4, "year", 0, 9999), ("-", 0, "", 0, 0), ("01", 2, "month", 1, 12), ("-", 0, "", 0, 0), ("02", 2, "day", 0, 99), ("T", 0, "", 0, 0),
        ("15", 2, "hour", 0, 23), (":", 0, "", 0, 0), ("04", 2, "minute", 0, 59), (":", 0, "", 0, 0), ("05", 2, "second", 0, 59),
    ];

    /// <param name="micro">True for the layout with exactly six decimals; otherwise any number of them may follow the seconds.</param>
    /// <param name="problem">What is wrong; null when nothing is.</param>
    public static DateTimeOffset Parse(string text, bool micro, out string? problem)
    {
        var layout = micro ? Micros : Seconds;
        Span<int> numbers = stackalloc int[6];
        var (position, count) = (0, 0);
        foreach (var (token, digits, unit, low, high) in Parts)
        {
            if (digits == 0 ? !text.AsSpan(position).StartsWith(token, StringComparison.Ordinal) : !TryNumber(text, position, digits, out numbers[count]))
            {
                problem = Mismatch(text, layout, position, token);
                return default;
            }

            if (digits > 0 && (numbers[count] < low || numbers[count] > high))
            {
                problem = $"parsing time {Quoted(text)}: {unit} out of range";
                return default;
            }

            position += digits == 0 ? token.Length : digits;
            count += digits == 0 ? 0 : 1;
        }

        problem = TryFraction(text, micro, ref position, out var ticks) ? null : Mismatch(text, layout, position, ".000000");
        var offset = TimeSpan.Zero;
        problem ??= TryZone(text, ref position, out offset) ? null : Mismatch(text, layout, position, "Z07:00");
        problem ??= position < text.Length ? $"parsing time {Quoted(text)}: extra text: {Quoted(text[position..])}" : null;
        problem ??= numbers[0] == 0 || numbers[2] < 1 || numbers[2] > DateTime.DaysInMonth(numbers[0], numbers[1]) ? $"parsing time {Quoted(text)}: day out of range" : null;
        if (problem is not null)
        {
            return default;
        }

        var local = new DateTime(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], DateTimeKind.Utc).AddTicks(ticks);
        return new DateTimeOffset(local.Ticks - Math.Clamp(offset.Ticks, local.Ticks - DateTime.MaxValue.Ticks, local.Ticks), TimeSpan.Zero);
    }

    private static bool TryNumber(string text, int position, int digits, out int number)
    {
        number = 0;
        return position + digits <= text.Length && int.TryParse(text.AsSpan(position, digits), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static bool TryFraction(string text, bool micro, ref int position, out long ticks)
    {
        ticks = 0;
        var end = position + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        var hasFraction = position < text.Length && text[position] is '.' or ',' && end > position + 1;
        if (micro ? !hasFraction || end - position < 7 : !hasFraction)
        {
            return !micro;
        }

        end = micro ? position + 7 : end;
        ticks = long.Parse(text.AsSpan(position + 1, Math.Min(7, end - position - 1)).ToString().PadRight(7, '0'), CultureInfo.InvariantCulture);
        position = end;
        return true;
    }

    private static bool TryZone(string text, ref int position, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (position < text.Length && text[position] == 'Z')
        {
            position++;
            return true;
        }

        if (position + 6 > text.Length || text[position] is not ('+' or '-') || text[position + 3] != ':'
            || !TryNumber(text, position + 1, 2, out var hours) || !TryNumber(text, position + 4, 2, out var minutes) || hours > 24 || minutes > 60)
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0) * (text[position] == '-' ? -1 : 1);
        position += 6;
        return true;
    }

    private static string Mismatch(string text, string layout, int position, string wanted) =>
        $"parsing time {Quoted(text)} as \"{layout}\": cannot parse {Quoted(text[position..])} as \"{wanted}\"";

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
