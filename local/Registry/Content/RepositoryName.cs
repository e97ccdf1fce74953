using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Scalelab.Registry.Content;

/// <summary>A repository's name as the distribution specification's grammar allows it. A valid name is a safe relative path: no component
/// is empty, starts with a dot or an underscore, or holds anything but lower-case letters, digits and single separators.</summary>
internal readonly partial record struct RepositoryName
{
    private const int MaxLength = 255;

    private RepositoryName(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out RepositoryName name)
    {
        name = default;
        if (text is null || text.Length > MaxLength || !Grammar().IsMatch(text))
        {
            return false;
        }

        name = new RepositoryName(text);
        return true;
    }

    /// <exception cref="FormatException">The grammar does not allow <paramref name="text"/>.</exception>
    public static RepositoryName Parse(string text) => TryParse(text, out var value) ? value : throw new FormatException($"'{text}' is not valid here.");

    public override string ToString() => Value;

    // No text can be read in two ways, so that nothing is tried twice.
    [GeneratedRegex(@"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex Grammar();
}
