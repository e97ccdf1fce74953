using System.Text.Json;

namespace Scalelab.ModelConversion.Keras;

/// <summary>The settings of one layer, as Keras writes them in JSON.</summary>
/// <param name="Where">File and layer, for messages: <c>model.h5: layer 'block1_conv1' (Conv2D) in 'vgg16'</c>.</param>
/// <param name="Json">The settings.</param>
/// <param name="IsKeras3">Some defaults changed between Keras 2 and 3.</param>
internal sealed record LayerConfig(string Where, JsonElement Json, bool IsKeras3)
{
    public ConversionException Wrong(string what) => new($"{Where} {what}.");

    /// <summary>A setting; null where it is left out or null.</summary>
    public JsonElement? Find(string name) =>
        Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string Text(string name, string fallback) => Find(name) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        var other => throw Unusable(name, other, "a text"),
    };

    public bool Flag(string name, bool fallback) => Find(name) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.True or JsonValueKind.False } flag => flag.GetBoolean(),
        var other => throw Unusable(name, other, "true or false"),
    };

    public double? Number(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
        // Keras 3 writes NumPy's numbers with their type.
        { ValueKind: JsonValueKind.Object } wrapped when wrapped.TryGetProperty("config", out var config) && Inner(config) is { } number => number,
        var other => throw Unusable(name, other, "a number"),
    };

    public int Whole(string name, int? fallback = null, int least = 1) => Find(name) switch
    {
        null => fallback ?? throw Wrong($"has no {name}"),
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var value) && value >= least => value,
        var other => throw Unusable(name, other, $"a whole number from {least}"),
    };

    /// <summary>Height and width: two numbers, or one for both.</summary>
    public (int Height, int Width) Pair(string name, int? fallback = null, int least = 1)
    {
        if (Find(name) is not { ValueKind: JsonValueKind.Array } list)
        {
            var both = Whole(name, fallback, least);
            return (both, both);
        }
        var numbers = Wholes(list);
        return numbers is [var height, var width] && height >= least && width >= least ? (height, width) : throw Unusable(name, list, $"two whole numbers from {least}");
    }

    /// <summary>Whole numbers; null where a list holds anything else, but null itself is -1.</summary>
    public static int[]? Wholes(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }
        var numbers = new List<int>();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Null && !(item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out _)))
            {
                return null;
            }
            numbers.Add(item.ValueKind == JsonValueKind.Null ? -1 : item.GetInt32());
        }
        return [.. numbers];
    }

    /// <summary>A number, or a list of them in lists of any depth; null where there is none.</summary>
    public float[]? Numbers(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }
        var numbers = new List<float>();
        return Collect(value, numbers) ? [.. numbers] : throw Unusable(name, value, "a number or a list of them");
    }

    public ConversionException Unusable(string name, JsonElement? value, string expected)
    {
        var text = value?.GetRawText() ?? "";
        return Wrong($"has {name} {(text.Length > 80 ? text[..80] + "…" : text)}, and {expected} is expected");
    }

    private static bool Collect(JsonElement value, List<float> numbers)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                numbers.Add(value.GetSingle());
                return true;
            case JsonValueKind.Array:
                return value.EnumerateArray().All(item => Collect(item, numbers));
            // Keras 3: {"class_name": "__numpy__", "config": {"value": […]}}
            case JsonValueKind.Object when value.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.Object
                && config.TryGetProperty("value", out var inner):
                return Collect(inner, numbers);
            default:
                return false;
        }
    }

    private static double? Inner(JsonElement config) => config.ValueKind switch
    {
        JsonValueKind.Number => config.GetDouble(),
        JsonValueKind.Object when config.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Number => value.GetDouble(),
        _ => null,
    };
}
