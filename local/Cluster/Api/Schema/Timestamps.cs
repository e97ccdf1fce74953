using System.Globalization;

namespace Scalelab.Cluster.Api.Schema;

/// <summary>Times as the API writes them: UTC, in seconds or, for leases and events, in microseconds.</summary>
public static class Timestamps
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string FormatMicro(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <exception cref="DecodeException">The text is not a time in RFC 3339's form.</exception>
    public static DateTimeOffset Parse(string text)
    {
        if (TryParse(text, out var time))
        {
            return time;
        }

        var message = $"parsing time \"{text}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{text}\" as \"2006\"";
        throw new DecodeException(message, message);
    }

    public static bool TryParse(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time) && EndsInZone(text!);

    private static bool EndsInZone(string text) => text[^1] == 'Z' || (text.Length > 6 && text[^6] is '+' or '-');
}
