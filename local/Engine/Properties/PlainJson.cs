using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scalelab.Engine.Properties;

/// <summary>Property values as ordinary JSON, for providers and for display.</summary>
internal static class PlainJson
{
    /// <summary>The values in clear. Unknown ones are left out of objects and become null in lists.</summary>
    public static JsonObject ToJson(PropertyMap map) => new(map
        .Where(value => value.Value.Revealed is not UnknownValue)
        .Select(value => KeyValuePair.Create(value.Key, ToJson(value.Value))));

    /// <inheritdoc cref="ToJson(PropertyMap)"/>
    public static JsonNode? ToJson(PropertyValue value) => value switch
    {
        BoolValue { Value: var flag } => JsonValue.Create(flag),
        NumberValue { Value: var number } => ToJson(number),
        StringValue { Value: var text } => JsonValue.Create(text),
        ListValue { Items: var items } => new JsonArray([.. items.Select(ToJson)]),
        PropertyMap map => ToJson(map),
        SecretValue { Value: var inner } => ToJson(inner),
        _ => null,
    };

    /// <summary>The values as people may see them: <c>[secret]</c> and <c>[unknown]</c> in place of what those marks stand for.</summary>
    public static JsonNode? ToDisplay(PropertyValue value) => value switch
    {
        SecretValue => JsonValue.Create("[secret]"),
        UnknownValue => JsonValue.Create("[unknown]"),
        ListValue { Items: var items } => new JsonArray([.. items.Select(ToDisplay)]),
        PropertyMap map => new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key, ToDisplay(entry.Value)))),
        _ => ToJson(value),
    };

    public static PropertyMap FromJson(JsonObject json) => new(json.Select(entry => KeyValuePair.Create(entry.Key, FromJson(entry.Value))));

    public static PropertyValue FromJson(JsonNode? json) => json switch
    {
        null => PropertyValue.Null,
        JsonObject map => FromJson(map),
        JsonArray list => new ListValue([.. list.Select(FromJson)]),
        _ => json.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => Number(json.AsValue()),
            _ => json.GetValue<string>(),
        },
    };

    // Kubernetes' decoders refuse "3.0" and "3e0" for integers, hence whole numbers are written as such.
    private static JsonValue ToJson(double number) =>
        Math.Abs(number) < 1L << 53 && Math.Floor(number) == number ? JsonValue.Create((long)number) : JsonValue.Create(number);

    private static double Number(JsonValue json) =>
        json.TryGetValue(out double number) ? number : json.TryGetValue(out long integer) ? integer : json.GetValue<int>();
}
