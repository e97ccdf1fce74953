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

    public static string Json(IReadOnlyDictionary<string, StackOutput> outputs, bool showSecrets)
    {
        var json = new JsonObject(outputs.OrderBy(output => output.Key, StringComparer.Ordinal).Select(output => KeyValuePair.Create(
            output.Key,
            output.Value is { IsSecret: true } && !showSecrets ? JsonValue.Create("[secret]") : output.Value.Value?.DeepClone())));
        return json.ToJsonString(Indented);
    }
}
