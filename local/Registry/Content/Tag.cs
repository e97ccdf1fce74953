using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Scalelab.Registry.Content;

/// <summary>A tag as the distribution specification's grammar allows it: at most 128 letters, digits, underscores, dots and dashes.</summary>
internal readonly partial record struct Tag
{
    private Tag(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out Tag tag)
    {
        tag = default;
        if (text is null || !Grammar().IsMatch(text))
        {
            return false;
        }

        tag = new Tag(text);
        return true;
    }

    /// <exception cref="FormatException">The grammar does not allow <paramref name="text"/>.</exception>
    public static Tag Parse(string text) => TryParse(text, out var value) ? value : throw new FormatException($"'{text}' is not valid here.");

    public override string ToString() => Value;

    [GeneratedRegex(@"\A[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z")]
    private static partial Regex Grammar();
}
