using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Engine.Events;

namespace Scalelab.Cli.Output;

/// <summary>One line of what a step changes: a symbol, the property and its values.</summary>
/// <param name="Symbol"><c>+</c>, <c>-</c> or <c>~</c>.</param>
/// <param name="Path">The property.</param>
/// <param name="Values">One value, or <c>old => new</c>, on one line.</param>
/// <param name="ForcesReplacement">The change cannot be made in place.</param>
internal sealed record ChangeLine(string Symbol, string Path, string Values, bool ForcesReplacement)
{
    public override string ToString() => $"{Symbol} {Path}: {Values}{(ForcesReplacement ? " (forces replacement)" : "")}";
}

/// <summary>Changed properties as lines: an object or a list that comes or goes has one for each of its values, so that each is seen.</summary>
internal static class ChangeText
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The lines of all changes; those that force a replacement come first, being its reason.</summary>
    /// <param name="changes">What changes.</param>
    /// <param name="longest">How long a value may be, in characters.</param>
    public static IEnumerable<ChangeLine> Lines(IEnumerable<PropertyChange> changes, int longest) =>
        changes.OrderByDescending(change => change.ForcesReplacement).SelectMany(change => change.Kind switch
        {
            PropertyChangeKind.Add => Leaves(change.Path, change.New).Select(leaf => Line("+", leaf, change, longest)),
            PropertyChangeKind.Delete => Leaves(change.Path, change.Old).Select(leaf => Line("-", leaf, change, longest)),
            _ => [new ChangeLine("~", change.Path, Pair(Text(change.Old), Text(change.New), longest), change.ForcesReplacement)],
        });

    /// <summary>Two values as <c>old => new</c>. Each is cut by itself, where the two begin to differ, so that of long ones the difference stays visible.</summary>
    public static string Pair(string old, string @new, int longest)
    {
        var start = old.AsSpan().CommonPrefixLength(@new) - (longest / 2);
        return $"{Cut(old, start, longest)} => {Cut(@new, start, longest)}";
    }

    /// <summary>A value on one line.</summary>
    public static string Text(JsonNode? value) => value?.ToJsonString(Readable) ?? "null";

    /// <summary>A text of at most so many characters.</summary>
    public static string Shorten(string text, int longest) => Cut(text, 0, longest);

    private static ChangeLine Line(string symbol, (string Path, JsonNode? Value) leaf, PropertyChange change, int longest) =>
        new(symbol, leaf.Path, Shorten(Text(leaf.Value), longest), change.ForcesReplacement);

    private static string Cut(string text, int start, int longest)
    {
        start = Math.Clamp(start, 0, Math.Max(0, text.Length - longest));
        var end = Math.Min(text.Length, start + longest);
        return $"{(start > 0 ? "…" : "")}{text[start..end]}{(end < text.Length ? "…" : "")}";
    }

    private static IEnumerable<(string Path, JsonNode? Value)> Leaves(string path, JsonNode? value) => value switch
    {
        JsonObject { Count: > 0 } map => map.SelectMany(entry => Leaves(Join(path, entry.Key), entry.Value)),
        JsonArray { Count: > 0 } list => list.SelectMany((item, index) => Leaves($"{path}[{index}]", item)),
        _ => [(path, value)],
    };

    private static string Join(string path, string key) => key.AsSpan().ContainsAny('.', '[', '"')
        ? $"{path}[\"{key.Replace("\"", "\\\"", StringComparison.Ordinal)}\"]"
        : path.Length == 0 ? key : $"{path}.{key}";
}
