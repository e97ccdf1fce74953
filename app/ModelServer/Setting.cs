using System.Globalization;

namespace Scalelab.ModelServer;

/// <summary>Reads settings from the environment; what cannot be followed is refused, never guessed.</summary>
internal static class Setting
{
    /// <summary>A whole number.</summary>
    /// <exception cref="SettingsException">It is set to something else, or outside its range.</exception>
    public static int Number(IConfiguration configuration, string key, int unset, int least, int most)
    {
        var text = configuration[key];
        if (string.IsNullOrWhiteSpace(text))
        {
            return unset;
        }
        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new SettingsException($"{key} is '{text}'. Set it to a whole number from {least} to {most}, or unset it for {unset}.");
    }

    /// <summary>One of some words.</summary>
    /// <exception cref="SettingsException">It is set to something else.</exception>
    public static string Word(IConfiguration configuration, string key, params string[] words)
    {
        var text = configuration[key];
        if (string.IsNullOrWhiteSpace(text))
        {
            return words[0];
        }
        return words.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase))
            ?? throw new SettingsException($"{key} is '{text}'. Set it to {string.Join(" or ", words)}, or unset it for {words[0]}.");
    }

    /// <summary>Text, null when unset or blank.</summary>
    public static string? Text(IConfiguration configuration, string key) => string.IsNullOrWhiteSpace(configuration[key]) ? null : configuration[key];
}
