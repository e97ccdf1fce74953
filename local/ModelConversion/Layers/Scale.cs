using Scalelab.ModelConversion.Numbers;
using Scalelab.ModelConversion.Onnx;

namespace Scalelab.ModelConversion.Layers;

/// <summary>Every number times a factor and plus a term: one of each for all numbers, or one for each channel.</summary>
internal sealed class Scale(double[] factors, double[] terms) : Layer
{
    /// <summary>Less than this, Normalization takes for this: Keras' epsilon.</summary>
    private const double Epsilon = 1e-7;

    public static Layer Rescaling(LayerContext context) => new Scale(
        Constants(context, context.Config.Numbers("scale") ?? throw context.Config.Wrong("has no scale"), "scale"),
        Constants(context, context.Config.Numbers("offset") ?? [0], "offset"));

    public static Layer Normalization(LayerContext context)
    {
        var config = context.Config;
        Axes.RequireLast(context);
        var channels = context.Input[^1];
        var mean = config.Numbers("mean") ?? context.Weights.Take([channels], "mean").Data;
        var variance = config.Numbers("variance") ?? context.Weights.Take([channels], "variance").Data;
        var means = Constants(context, mean, "mean");
        var deviations = Array.ConvertAll(Constants(context, variance, "variance"), value => Math.Max(Math.Sqrt(value), Epsilon));
        var count = Math.Max(means.Length, deviations.Length);
        double Mean(int i) => means[i % means.Length];
        double Deviation(int i) => deviations[i % deviations.Length];
        return config.Flag("invert", false)
            ? new Scale([.. Enumerable.Range(0, count).Select(Deviation)], [.. Enumerable.Range(0, count).Select(Mean)])
            : new Scale(
                [.. Enumerable.Range(0, count).Select(i => 1 / Deviation(i))],
                [.. Enumerable.Range(0, count).Select(i => -Mean(i) / Deviation(i))]);
    }

    /// <summary>Arithmetic with one number, as in <c>x / 127.5 - 1</c>: the functions of <c>preprocess_input</c> write it into models.</summary>
    public static Layer Arithmetic(LayerContext context, string operation)
    {
        _ = context.Input;
        if (context.Constant is not { } constant || !double.IsFinite(constant) || (constant == 0 && operation == "divide"))
        {
            throw context.Config.Wrong("computes with something else than one number. Write it with the layers Rescaling, Add or Multiply, and save the model again");
        }
        return operation switch
        {
            "add" => new Scale([1], [constant]),
            "subtract" => new Scale([1], [-constant]),
            "multiply" => new Scale([constant], [0]),
            _ => new Scale([1 / constant], [0]),
        };
    }

    public override int[] Infer(IReadOnlyList<int[]> inputs) => inputs[0];

    public override OnnxValue Emit(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs)
    {
        var value = graph.EachChannel("Mul", inputs[0], Channels("factor", factors, inputs[0]));
        return terms.All(term => term == 0) ? value : graph.EachChannel("Add", value, Channels("term", terms, value));
    }

    public override Tensor Run(IReadOnlyList<Tensor> inputs) => new(
        inputs[0].Shape,
        [.. inputs[0].Data.Select((value, index) =>
        {
            var channel = index % inputs[0].Channels;
            return (value * factors[channel % factors.Length]) + terms[channel % terms.Length];
        })]);

    private static Weight Channels(string name, double[] values, OnnxValue value) =>
        new(name, [value.Channels], [.. Enumerable.Range(0, value.Channels).Select(i => (float)values[i % values.Length])]);

    private static double[] Constants(LayerContext context, float[] values, string name) => values.Length == 1 || values.Length == context.Input[^1]
        ? Array.ConvertAll(values, value => (double)value)
        : throw context.Config.Wrong($"has {values.Length} numbers of {name} for {context.Input[^1]} channels");
}
