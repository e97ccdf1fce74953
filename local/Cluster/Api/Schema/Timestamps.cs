using System.Globalization;

namespace Scalelab.Cluster.Api.Schema;

/// <summary>Times as the API writes them: UTC, in seconds or, for leases and events, in microseconds.</summary>
public static class Timestamps
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string FormatMicro(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <exception cref="DecodeException">The text is not a time in RFC 3339's form.</exception>
    public static DateTimeOffset Parse(string text) =>
        TryParse(text, out var time) ? time : throw Unreadable(text, "2006-01-02T15:04:05Z07:00", text, "2006");

    /// <summary>A time that must have six decimals.</summary>
    /// <exception cref="DecodeException">The text is not a time in that form.</exception>
    public static DateTimeOffset ParseMicro(string text)
    {
        const string Form = "2006-01-02T15:04:05.000000Z07:00";
        if (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.ffffffK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && EndsInZone(text))
        {
            return time;
        }

        throw TryParse(text, out _) ? Unreadable(text, Form, text["2006-01-02T15:04:05".Length..], ".000000") : Unreadable(text, Form, text, "2006");
    }

    public static bool TryParse(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time) && EndsInZone(text!);

    private static DecodeException Unreadable(string text, string form, string rest, string wanted)
    {
        var message = $"parsing time \"{text}\" as \"{form}\": cannot parse \"{rest}\" as \"{wanted}\"";
        return new DecodeException(message, message);
    }

    private static bool EndsInZone(string text) => text[^1] == 'Z' || (text.Length > 6 && text[^6] is '+' or '-');
}
