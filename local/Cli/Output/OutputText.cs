using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Engine;

namespace Scalelab.Cli.Output;

/// <summary>A stack's outputs as text.</summary>
internal static class OutputText
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Readable) { WriteIndented = true };

    /// <summary>Strings bare, everything else as JSON, secrets masked unless asked for.</summary>
    public static string Value(StackOutput output, bool showSecrets) => output switch
    {
        { IsSecret: true } when !showSecrets => "[secret]",
        { IsKnown: false } => "[unknown]",
        { Value: JsonValue value } when value.TryGetValue<string>(out var text) => text,
        { Value: null } => "null",
        { Value: var value } => value.ToJsonString(Readable),
    };

    /// <summary>One line an output, names aligned, in the names' order.</summary>
    public static IEnumerable<string> Lines(IReadOnlyDictionary<string, StackOutput> outputs, bool showSecrets)
    {
        var width = outputs.Keys.Select(name => name.Length).DefaultIfEmpty().Max();
        return outputs.OrderBy(output => output.Key, StringComparer.Ordinal)
            .Select(output => $"{output.Key.PadRight(width)}  {Value(output.Value, showSecrets)}");
    }

    /// <summary>As <see cref="Lines"/>, each with what an update does to it: <c>+</c>, <c>~</c> with both values, <c>-</c>, or nothing. Secrets stay masked.</summary>
    public static IEnumerable<string> ChangedLines(IReadOnlyDictionary<string, StackOutput> before, IReadOnlyDictionary<string, StackOutput> after, int longest)
    {
        var names = before.Keys.Union(after.Keys).Order(StringComparer.Ordinal).ToArray();
        var width = names.Select(name => name.Length).DefaultIfEmpty().Max();
        return names.Select(name => (before.GetValueOrDefault(name), after.GetValueOrDefault(name)) switch
        {
            (null, { } added) => Line("+", name, Value(added, showSecrets: false)),
            ({ } gone, null) => Line("-", name, Value(gone, showSecrets: false)),
            ({ } old, { } @new) when IsSame(old, @new) => Line(" ", name, Value(@new, showSecrets: false)),
            var (old, @new) => Line("~", name, ChangeText.Pair(Value(old!, showSecrets: false), Value(@new!, showSecrets: false), longest)),
        });

        string Line(string symbol, string name, string value) => $"{symbol} {name.PadRight(width)}  {value}";
    }

    /// <summary>Whether an output stays as it is.</summary>
    public static bool IsSame(StackOutput old, StackOutput @new) =>
        old.IsKnown && @new.IsKnown && old.IsSecret == @new.IsSecret && JsonNode.DeepEquals(old.Value, @new.Value);

    public static string Json(IReadOnlyDictionary<string, StackOutput> outputs, bool showSecrets)
    {
        var json = new JsonObject(outputs.OrderBy(output => output.Key, StringComparer.Ordinal).Select(output => KeyValuePair.Create(
            output.Key,
            output.Value is { IsSecret: true } && !showSecrets ? JsonValue.Create("[secret]") : output.Value.Value?.DeepClone())));
        return json.ToJsonString(Indented);
    }
}
