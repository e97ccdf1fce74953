namespace Scalelab.ModelServer;

/// <summary>Text from a client, fit to be repeated in a message or a log.</summary>
internal static class Printable
{
    private const int MaxLength = 80;

    /// <summary>Short, and without characters that would move a terminal's cursor or end a line.</summary>
    public static string Cut(string text)
    {
        var cut = text.Length > MaxLength ? string.Concat(text.AsSpan(0, MaxLength), "…") : text;
        return cut.Any(char.IsControl) ? new string([.. cut.Select(letter => char.IsControl(letter) ? '·' : letter)]) : cut;
    }
}
