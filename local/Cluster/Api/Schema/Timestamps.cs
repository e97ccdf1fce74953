using System.Globalization;

namespace Scalelab.Cluster.Api.Schema;

/// <summary>Times as the API writes them: UTC, in seconds or, for leases and events, in microseconds.</summary>
public static class Timestamps
{
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string FormatMicro(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <exception cref="DecodeException">The text is not a time in RFC 3339's form.</exception>
    public static DateTimeOffset Parse(string text) => Checked(GoTime.Parse(text, micro: false, out var problem), problem);

    /// <summary>A time that must have six decimals.</summary>
    /// <exception cref="DecodeException">The text is not a time in that form.</exception>
    public static DateTimeOffset ParseMicro(string text) => Checked(GoTime.Parse(text, micro: true, out var problem), problem);

    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = GoTime.Parse(text ?? "", micro: false, out var problem);
        return problem is null;
    }

    private static DateTimeOffset Checked(DateTimeOffset time, string? problem) => problem is null ? time : throw new DecodeException(problem, problem);
}
