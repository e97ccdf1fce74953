using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Scalelab.Cli.Commands;

/// <summary>Durations as Kubernetes' flags spell them: <c>15s</c>, <c>5m0s</c>, <c>1h30m</c>, <c>250ms</c>.</summary>
internal static partial class GoDuration
{
    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text is null || Pattern().Match(text) is not { Success: true } match)
        {
            return false;
        }

        foreach (var (amount, unit) in match.Groups["amount"].Captures.Zip(match.Groups["unit"].Captures))
        {
            if (!double.TryParse(amount.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > int.MaxValue)
            {
                return false;
            }

            duration += unit.Value switch
            {
                "h" => TimeSpan.FromHours(number),
                "m" => TimeSpan.FromMinutes(number),
                "s" => TimeSpan.FromSeconds(number),
                _ => TimeSpan.FromMilliseconds(number),
            };
        }

        return true;
    }

    public static string Format(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.###}s");

    [GeneratedRegex(@"^((?<amount>\d+(\.\d+)?)(?<unit>h|ms|m|s))+$", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
