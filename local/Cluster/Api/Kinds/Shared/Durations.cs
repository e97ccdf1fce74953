using System.Globalization;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Ages for people, in the steps that kubectl's users know: 119s, 9m59s, 179m, 7h59m, 47h, 7d23h, 729d, 7y364d, 8y.</summary>
internal static class Durations
{
    public static string Age(TimeSpan age)
    {
        var seconds = (long)age.TotalSeconds;
        var minutes = seconds / 60;
        var hours = minutes / 60;
        var days = hours / 24;
        return seconds switch
        {
            < -1 => "<invalid>",
            < 0 => "0s",
            < 120 => Format(seconds, 's'),
            _ when minutes < 10 => Format(minutes, 'm') + Rest(seconds % 60, 's'),
            _ when minutes < 180 => Format(minutes, 'm'),
            _ when hours < 8 => Format(hours, 'h') + Rest(minutes % 60, 'm'),
            _ when hours < 48 => Format(hours, 'h'),
            _ when days < 8 => Format(days, 'd') + Rest(hours % 24, 'h'),
            _ when days < 730 => Format(days, 'd'),
            _ when days < 365 * 8 => Format(days / 365, 'y') + Rest(days % 365, 'd'),
            _ => Format(days / 365, 'y'),
        };
    }

    private static string Rest(long value, char unit) => value == 0 ? "" : Format(value, unit);

    private static string Format(long value, char unit) => value.ToString(CultureInfo.InvariantCulture) + unit;
}
