using System.Globalization;

namespace Scalelab.Engine.State;

/// <summary>A moment as a state file writes it, RFC 3339. Kept as text: the CLI counts nanoseconds, .NET's types do not.</summary>
internal readonly record struct Timestamp(string Text)
{
    public static implicit operator Timestamp(DateTimeOffset time) => new(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));

    /// <summary>Whether the text is a moment at all.</summary>
    public static bool TryParse(string text, out Timestamp timestamp)
    {
        timestamp = new Timestamp(text);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
    }

    public override string ToString() => Text;
}
