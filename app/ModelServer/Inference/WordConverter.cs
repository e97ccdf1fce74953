using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Scalelab.ModelServer.Inference;

/// <summary>Reads an enumeration by the words of its members; a wrong word is answered with the right ones.</summary>
internal sealed class WordConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly Dictionary<string, T> Words = typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static).ToDictionary(
        field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name,
        field => (T)field.GetValue(null)!,
        StringComparer.Ordinal);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var word = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return word is not null && Words.TryGetValue(word, out var value)
            ? value
            : throw new JsonException($"{typeof(T).Name} is {(word is null ? $"a {reader.TokenType}" : $"\"{word}\"")}. Allowed: {string.Join(", ", Words.Keys.Select(key => $"\"{key}\""))}.");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Words.Single(pair => pair.Value.Equals(value)).Key);
}
