using System.Globalization;

namespace Scalelab.Cli.Output;

internal static class Durations
{
    /// <summary>A duration as people say it: 0.4s, 12.3s, 2m 5s, 1h 3m, 2d 4h.</summary>
    public static string Format(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, duration.TotalSeconds):0.0}s"),
        { TotalMinutes: < 60 } => $"{(int)duration.TotalMinutes}m {duration.Seconds}s",
        { TotalHours: < 24 } => $"{(int)duration.TotalHours}h {duration.Minutes}m",
        _ => $"{(int)duration.TotalDays}d {duration.Hours}h",
    };
}
