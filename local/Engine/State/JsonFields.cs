using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scalelab.Engine.State;

/// <summary>Fields of state files, read strictly: one of the wrong type is told by its name, null counts as absent.</summary>
internal static class JsonFields
{
    /// <exception cref="FormatException">The field is there and of another kind.</exception>
    public static JsonElement? Find(JsonElement json, string name, JsonValueKind kind)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == kind ? value : throw WrongType(name, kind, value);
    }

    public static bool Flag(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False or JsonValueKind.Null => false,
        _ => throw WrongType(name, JsonValueKind.True, value),
    };

    /// <summary>The text; null when it is absent or empty, which the CLI makes no difference between.</summary>
    public static string? Text(JsonElement json, string name) => Find(json, name, JsonValueKind.String) is { } text && text.GetString() is { Length: > 0 } found ? found : null;

    public static ImmutableArray<string> Texts(JsonElement json, string name) =>
        Find(json, name, JsonValueKind.Array) is { } list ? [.. list.EnumerateArray().Select(item => TextOf(item, name))] : [];

    public static ImmutableArray<Urn> Urns(JsonElement json, string name) => Find(json, name, JsonValueKind.Array) is { } list ? Urns(list) : [];

    public static ImmutableArray<Urn> Urns(JsonElement list) =>
        list.ValueKind == JsonValueKind.Null ? [] : [.. list.EnumerateArray().Select(item => Parse(TextOf(item, "a dependency")))];

    public static Urn? Urn(JsonElement json, string name) => Text(json, name) is { } text ? Parse(text) : null;

    /// <summary>Whatever stands beside the known fields; null when there is nothing.</summary>
    public static JsonObject? Rest(JsonElement json, IReadOnlySet<string> known)
    {
        JsonObject? rest = null;
        foreach (var field in json.EnumerateObject())
        {
            if (!known.Contains(field.Name))
            {
                rest ??= [];
                rest[field.Name] = JsonNode.Parse(field.Value.GetRawText());
            }
        }

        return rest;
    }

    public static void Write(Utf8JsonWriter json, JsonObject? fields)
    {
        foreach (var (key, value) in fields ?? [])
        {
            json.WritePropertyName(key);
            if (value is null)
            {
                json.WriteNullValue();
            }
            else
            {
                value.WriteTo(json);
            }
        }
    }

    private static string TextOf(JsonElement item, string name) => item.ValueKind == JsonValueKind.String ? item.GetString()! : throw WrongType(name, JsonValueKind.String, item);

    private static Urn Parse(string text) => Engine.Urn.TryParse(text, out var urn) ? urn : throw new FormatException($"'{text}' is not a URN");

    private static FormatException WrongType(string name, JsonValueKind expected, JsonElement value) => new($"a field has the wrong type: '{name}' is {Words(value.ValueKind)}, not {Words(expected)}");

    private static string Words(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
