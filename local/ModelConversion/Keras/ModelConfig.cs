using System.Text.Json;
using System.Text.RegularExpressions;

namespace Scalelab.ModelConversion.Keras;

/// <summary>A model's own description: its layers and how they are connected.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsSequential">Whether the layers simply follow one another.</param>
/// <param name="Layers">Its layers.</param>
/// <param name="InputShape">What it was built for, without the batch; null where the file does not tell.</param>
/// <param name="Output">The layer, and the call of it, that gives the output; null where there are several.</param>
internal sealed record ModelConfig(string Name, bool IsSequential, IReadOnlyList<LayerEntry> Layers, int[]? InputShape, (string Layer, int Call)? Output)
{
    /// <summary>Whether a class is a model.</summary>
    public static bool IsModel(string className) => className is "Sequential" or "Functional" or "Model";

    /// <exception cref="ConversionException">Not a Sequential or Functional model.</exception>
    public static ModelConfig Read(JsonElement model, string where)
    {
        var className = model.GetProperty("class_name").GetString() ?? "";
        var config = model.GetProperty("config");
        // Very old files have the list of layers in the place of the configuration.
        var layers = config.ValueKind == JsonValueKind.Array ? config
            : config.TryGetProperty("layers", out var list) && list.ValueKind == JsonValueKind.Array ? list
            : throw new ConversionException(
                $"{where}: the model is a {className} whose layers are Python code, and not in the file. Only Sequential and Functional models are converted: build it with "
                + "keras.Sequential or keras.Model(inputs, outputs), load the weights into it, and save it again.");
        var isSequential = className == "Sequential";
        if (!IsModel(className))
        {
            throw new ConversionException($"{where}: the model is a {className}. Only Sequential and Functional models are converted.");
        }
        var counts = new Dictionary<string, int>();
        var entries = layers.EnumerateArray().Select(layer => LayerEntry.Read(layer, counts, isSequential, where)).ToArray();
        return new ModelConfig(
            config.ValueKind == JsonValueKind.Object && config.TryGetProperty("name", out var name) ? name.GetString() ?? "model" : "model",
            isSequential,
            entries,
            config.ValueKind == JsonValueKind.Object ? LayerEntry.Shape(config, "build_input_shape") ?? BuiltFor(model) : null,
            isSequential ? null : OutputOf(config));
    }

    private static int[]? BuiltFor(JsonElement model) =>
        model.TryGetProperty("build_config", out var build) && build.ValueKind == JsonValueKind.Object ? LayerEntry.Shape(build, "input_shape") : null;

    // ["name", 0, 0], or a list of one such list.
    private static (string, int)? OutputOf(JsonElement config)
    {
        if (!config.TryGetProperty("output_layers", out var outputs))
        {
            return null;
        }
        while (outputs.ValueKind == JsonValueKind.Array && outputs.GetArrayLength() == 1)
        {
            outputs = outputs[0];
        }
        return LayerEntry.Source(outputs);
    }
}

/// <summary>A layer as a model lists it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ClassName">Its kind.</param>
/// <param name="Place">What its weights are found by.</param>
/// <param name="Config">Its settings.</param>
/// <param name="Calls">What each call of it is called with.</param>
/// <param name="InputShape">What it was built for, without the batch; null where the file does not tell.</param>
/// <param name="Model">Where the layer is a model itself.</param>
internal sealed partial record LayerEntry(
    string Name, string ClassName, LayerPlace Place, JsonElement Config, IReadOnlyList<LayerCall> Calls, int[]? InputShape, ModelConfig? Model)
{
    public string Where(string file, IReadOnlyList<LayerPlace> path) =>
        $"{file}: layer '{Name}' ({ClassName}){string.Concat(path.Reverse().Select(place => $" in '{place.Name}'"))}";

    /// <param name="json">How the model lists it.</param>
    /// <param name="counts">How many layers of each kind came before it.</param>
    /// <param name="isSequential">Whether it is called once, with what came before it.</param>
    /// <param name="where">For messages.</param>
    public static LayerEntry Read(JsonElement json, Dictionary<string, int> counts, bool isSequential, string where)
    {
        var className = json.TryGetProperty("class_name", out var kind) ? kind.GetString() ?? "" : "";
        var config = json.TryGetProperty("config", out var settings) ? settings : default;
        var name = Text(json, "name") ?? (config.ValueKind == JsonValueKind.Object ? Text(config, "name") : null) ?? "";
        if (className.Length == 0 || name.Length == 0)
        {
            throw new ConversionException($"{where}: the model lists a layer without a class_name or a name. Save it again.");
        }
        var key = SnakeCase(className);
        var number = counts.GetValueOrDefault(key);
        counts[key] = number + 1;
        var calls = isSequential ? [new LayerCall([], null)] : Connections(json);
        var shape = config.ValueKind == JsonValueKind.Object
            ? Shape(config, "batch_shape") ?? Shape(config, "batch_input_shape")
              ?? (json.TryGetProperty("build_config", out var build) && build.ValueKind == JsonValueKind.Object ? Shape(build, "input_shape") : null)
            : null;
        return new LayerEntry(
            name, className, new LayerPlace(name, number == 0 ? key : $"{key}_{number}"), config, calls, shape,
            ModelConfig.IsModel(className) ? ModelConfig.Read(json, $"{where}: '{name}'") : null);
    }

    /// <summary>A shape without its first dimension, the batch; -1 for what is open. Null where there is none.</summary>
    public static int[]? Shape(JsonElement holder, string name) =>
        holder.TryGetProperty(name, out var value) && LayerConfig.Wholes(value) is [_, .. var shape] ? shape : null;

    /// <summary><c>["layer", call, output]</c>; null for anything else.</summary>
    public static (string Layer, int Call)? Source(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() >= 3 && value[0].ValueKind == JsonValueKind.String && value[1].TryGetInt32(out var call)
            ? (value[0].GetString()!, call)
            : null;

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Keras 2: a list a call, of ["layer", call, output, {…}]. Keras 3: an object a call, with tensors somewhere in its arguments.
    private static List<LayerCall> Connections(JsonElement json)
    {
        var calls = new List<LayerCall>();
        if (json.TryGetProperty("inbound_nodes", out var nodes) && nodes.ValueKind == JsonValueKind.Array)
        {
            foreach (var node in nodes.EnumerateArray())
            {
                var sources = new List<(string, int)>();
                Collect(node, sources);
                calls.Add(new LayerCall(sources, Constant(node)));
            }
        }
        return calls;
    }

    // Keras 3: the second argument. Keras 2: y in the object behind the layer's name.
    private static double? Constant(JsonElement node)
    {
        if (node.ValueKind == JsonValueKind.Object)
        {
            return node.TryGetProperty("args", out var arguments) && arguments.ValueKind == JsonValueKind.Array && arguments.GetArrayLength() == 2
                && arguments[1].ValueKind == JsonValueKind.Number
                    ? arguments[1].GetDouble()
                    : null;
        }
        while (node.ValueKind == JsonValueKind.Array && node.GetArrayLength() == 1)
        {
            node = node[0];
        }
        return node.ValueKind == JsonValueKind.Array && node.GetArrayLength() == 4 && node[3].ValueKind == JsonValueKind.Object
            && node[3].TryGetProperty("y", out var value) && value.ValueKind == JsonValueKind.Number
                ? value.GetDouble()
                : null;
    }

    private static void Collect(JsonElement value, List<(string, int)> sources)
    {
        if (Source(value) is { } source)
        {
            sources.Add(source);
            return;
        }
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Collect(item, sources);
                }
                break;
            case JsonValueKind.Object when value.TryGetProperty("keras_history", out var history):
                Collect(history, sources);
                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    Collect(member.Value, sources);
                }
                break;
        }
    }

    // As Keras names layers after their classes.
    private static string SnakeCase(string name) =>
        LowerBeforeUpper().Replace(WordStart().Replace(NoWord().Replace(name, ""), "$1_$2"), "$1_$2").ToLowerInvariant();

    [GeneratedRegex(@"\W+")]
    private static partial Regex NoWord();

    [GeneratedRegex("(.)([A-Z][a-z]+)")]
    private static partial Regex WordStart();

    [GeneratedRegex("([a-z])([A-Z])")]
    private static partial Regex LowerBeforeUpper();
}

/// <summary>One call of a layer.</summary>
/// <param name="Sources">What it is called with: layers, and which call of theirs.</param>
/// <param name="Constant">A number that it is called with beside them; null where there is none.</param>
internal sealed record LayerCall(IReadOnlyList<(string Layer, int Call)> Sources, double? Constant);
