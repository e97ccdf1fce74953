using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Scalelab.Engine.Projects;

/// <summary>Scalars as YAML: plain where that reads as the same text everywhere, quoted otherwise.</summary>
internal static partial class YamlText
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // What YAML 1.1 or 1.2 takes for something else than a text.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase) { "true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", ".inf", ".nan" };

    /// <summary>A text, whatever it looks like.</summary>
    public static string OfText(string text) => Plain().IsMatch(text) && !Reserved.Contains(text) ? text : JsonSerializer.Serialize(text, Relaxed);

    /// <summary>A value inside a structured one, where the CLI takes <c>true</c>, <c>false</c> and whole numbers for what they look like.</summary>
    public static string OfValue(string text) => text is "true" or "false" || WholeNumber().IsMatch(text) ? text : OfText(text);

    [GeneratedRegex("^[A-Za-z_/][A-Za-z0-9_./@+=-]*(:[A-Za-z0-9_./@+=-]+)*$|^[0-9]+(m|[KMGT]i?)$")]
    private static partial Regex Plain();

    [GeneratedRegex("^(0|-?[1-9][0-9]{0,17})$")]
    private static partial Regex WholeNumber();
}
