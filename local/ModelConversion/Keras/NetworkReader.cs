using Scalelab.ModelConversion.Layers;
using Scalelab.ModelConversion.Numbers;

namespace Scalelab.ModelConversion.Keras;

/// <summary>Takes a Sequential or Functional model apart into steps.</summary>
internal sealed class NetworkReader
{
    private const int MaxSteps = 20_000;
    private const int MaxNesting = 16;

    private readonly KerasFile _file;
    private readonly List<Step> _steps = [];
    private int[]? _input;

    private NetworkReader(KerasFile file)
    {
        _file = file;
    }

    /// <exception cref="ConversionException">A layer that is not converted, weights that are missing, or no model of one input and one output.</exception>
    public static Network Read(KerasFile file)
    {
        var reader = new NetworkReader(file);
        var (output, name) = KerasFile.Guard(file.Name, () =>
        {
            var model = ModelConfig.Read(file.Model, file.Name);
            return (reader.Expand(model, [], null), model.Name);
        });
        return new Network(name, reader._input ?? throw reader.Wrong("has no input"), reader._steps, output);
    }

    // Adds a model's steps; its input is the given value, or that of the whole network.
    private int Expand(ModelConfig model, IReadOnlyList<LayerPlace> path, int? input)
    {
        if (path.Count > MaxNesting)
        {
            throw Wrong($"holds models within models, more than {MaxNesting} deep");
        }
        // The number of the call belongs to what a call gives: a layer that is used twice gives two values.
        var values = new Dictionary<(string Layer, int Call), int>();
        var waiting = new List<(LayerEntry Layer, int Call)>();
        foreach (var layer in model.Layers)
        {
            if (layer.ClassName == "InputLayer")
            {
                values[(layer.Name, 0)] = input ?? Enter(layer.InputShape, layer.Where(_file.Name, path));
                continue;
            }
            if (model.IsSequential && values.Count == 0)
            {
                // Without an input layer the first layer tells the shape.
                values[("", 0)] = input ?? Enter(layer.InputShape ?? model.InputShape, layer.Where(_file.Name, path));
            }
            for (var call = 0; call < layer.Calls.Count; call++)
            {
                waiting.Add((layer, call));
            }
        }
        if (model.IsSequential)
        {
            return waiting.Aggregate(values.Values.First(), (value, item) => Call(item.Layer, path, [value], null));
        }
        // The file lists layers by depth, which usually is an order to compute them in, but nobody promises it.
        while (waiting.Count > 0)
        {
            var ready = waiting.Where(item => item.Layer.Calls[item.Call].Sources.All(values.ContainsKey)).ToArray();
            if (ready.Length == 0)
            {
                var (layer, call) = waiting[0];
                var missing = layer.Calls[call].Sources.First(source => !values.ContainsKey(source));
                throw new ConversionException($"{layer.Where(_file.Name, path)} is called with what '{missing.Layer}' gives, and that is not in the model. Save it again.");
            }
            foreach (var item in ready)
            {
                var (sources, constant) = item.Layer.Calls[item.Call];
                values[(item.Layer.Name, item.Call)] = Call(item.Layer, path, [.. sources.Select(source => values[source])], constant);
            }
            waiting.RemoveAll(ready.Contains);
        }
        return model.Output is { } output && values.TryGetValue(output, out var result)
            ? result
            : throw Wrong($"has {(model.Output is null ? "no single output" : $"an output '{model.Output.Value.Layer}' that it does not compute")}. Models of one input and one output are converted");
    }

    private int Call(LayerEntry entry, IReadOnlyList<LayerPlace> path, IReadOnlyList<int> inputs, double? constant)
    {
        var where = entry.Where(_file.Name, path);
        IReadOnlyList<LayerPlace> place = [.. path, entry.Place];
        if (entry.Model is { } model)
        {
            return inputs is [var only] ? Expand(model, place, only) : throw new ConversionException($"{where} is a model with {inputs.Count} inputs. Models of one input are converted.");
        }
        if (_steps.Count >= MaxSteps)
        {
            throw Wrong($"has more than {MaxSteps} layers");
        }
        var shapes = inputs.Select(value => value == 0 ? _input! : _steps[value - 1].Shape).ToArray();
        var config = new LayerConfig(where, entry.Config, _file.IsKeras3);
        Layer layer;
        try
        {
            layer = LayerCatalog.Make(entry.ClassName, new LayerContext(config, shapes, _file.Weights(where, place), constant));
        }
        catch (OverflowException)
        {
            throw config.Wrong("makes more numbers than a computer can count");
        }
        _steps.Add(new Step(string.Join('/', place.Select(item => item.Name)), entry.ClassName, layer, inputs, layer.Infer(shapes)));
        return _steps.Count;
    }

    private int Enter(int[]? shape, string where)
    {
        if (_input is not null)
        {
            throw Wrong("has several inputs. Models of one input and one output are converted");
        }
        if (shape is null || shape.Length == 0 || shape.Any(side => side < 1) || shape.Aggregate(1L, (product, side) => product * side) > int.MaxValue)
        {
            throw new ConversionException(
                $"{where} takes inputs of shape {(shape is null ? "unknown" : Tensor.Text(shape).Replace("-1", "any", StringComparison.Ordinal))}. "
                + "Build the model with one fixed size, keras.Input((224, 224, 3)), load the weights into it, and save it again.");
        }
        _input = shape;
        return 0;
    }

    private ConversionException Wrong(string what) => new($"{_file.Name}: the model {what}.");
}
