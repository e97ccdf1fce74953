using System.Text;
using Pulumi;

namespace Scalelab.Infra.Settings;

/// <summary>The mistakes in one stack's configuration: each with the file, the key, the value and the rule.</summary>
/// <param name="file">The stack's file, as seen from the project's root.</param>
internal sealed class SettingsErrors(string file)
{
    private readonly List<string> _errors = [];

    public bool Any => _errors.Count > 0;

    public void Missing(string key, string requirement) => _errors.Add($"{key} is missing: add it; it must be {requirement}.");

    public void Wrong(string key, string value, string requirement) => _errors.Add($"{key} is \"{value}\": it must be {requirement}.");

    public void Unknown(string prefix, string key, IReadOnlyCollection<string> known) => _errors.Add(
        $"{prefix}{key} is not a key that the program knows: "
        + (Closest(key, known) is { } closest ? $"write {closest} instead, or remove it." : $"remove it, or write one of {string.Join(", ", known.Order(StringComparer.Ordinal))}."));

    public void Add(string sentence) => _errors.Add(sentence);

    /// <exception cref="RunException">There is a mistake. Pulumi shows its message without a stack trace, at preview already.</exception>
    public void ThrowIfAny()
    {
        if (!Any)
        {
            return;
        }

        var message = new StringBuilder(_errors.Count == 1 ? "The stack's configuration has a mistake." : $"The stack's configuration has {_errors.Count} mistakes.");
        foreach (var error in _errors)
        {
            message.Append('\n').Append(file).Append(": ").Append(error);
        }

        throw new RunException(message.ToString());
    }

    private static string? Closest(string key, IReadOnlyCollection<string> known)
    {
        // Two slips in a word still show which word was meant; three make guesses of short keys.
        const int MaximumSlips = 2;
        return known
            .Select(candidate => (candidate, Slips: Distance(key.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(pair => pair.Slips <= MaximumSlips)
            .OrderBy(pair => pair.Slips)
            .Select(pair => pair.candidate)
            .FirstOrDefault();
    }

    /// <summary>Levenshtein's distance: letters to insert, remove or exchange.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        foreach (var (letter, line) in left.Select((letter, index) => (letter, index + 1)))
        {
            var diagonal = row[0];
            row[0] = line;
            for (var column = 1; column <= right.Length; column++)
            {
                var exchange = diagonal + (letter == right[column - 1] ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.Min(exchange, Math.Min(diagonal, row[column - 1]) + 1);
            }
        }

        return row[^1];
    }
}
