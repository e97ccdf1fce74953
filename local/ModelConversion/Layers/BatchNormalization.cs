using Scalelab.ModelConversion.Numbers;
using Scalelab.ModelConversion.Onnx;

namespace Scalelab.ModelConversion.Layers;

/// <summary>Batch normalisation with what it learned; ONNX Runtime folds the operator into the convolution before it.</summary>
internal sealed class BatchNormalization(Weight gamma, Weight beta, Weight mean, Weight variance, double epsilon) : Layer
{
    public static Layer Read(LayerContext context)
    {
        var config = context.Config;
        Axes.RequireLast(context);
        var channels = context.Input[^1];
        var gamma = config.Flag("scale", true) ? context.Weights.Take([channels], "gamma") : All("gamma", channels, 1);
        var beta = config.Flag("center", true) ? context.Weights.Take([channels], "beta") : All("beta", channels, 0);
        var mean = context.Weights.Take([channels], "moving_mean");
        var variance = context.Weights.Take([channels], "moving_variance");
        return Array.Exists(variance.Data, value => value < 0)
            ? throw config.Wrong("holds a negative variance. The file is damaged, or its training went astray: save it again, or train it again")
            : new BatchNormalization(gamma, beta, mean, variance, config.Number("epsilon") ?? 1e-3);
    }

    public override int[] Infer(IReadOnlyList<int[]> inputs) => inputs[0];

    public override OnnxValue Emit(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs)
    {
        // ONNX has the channels at axis 1, where those of a picture come after turning it, and those of a list of numbers are anyway.
        var input = inputs[0].Shape.Length == 3 ? graph.ChannelsFirst(inputs[0]) : inputs[0];
        string[] names = [input.Name, graph.Constant(gamma), graph.Constant(beta), graph.Constant(mean), graph.Constant(variance)];
        return input with { Name = graph.Node("BatchNormalization", names, ("epsilon", (float)epsilon)) };
    }

    public override Tensor Run(IReadOnlyList<Tensor> inputs) => new(
        inputs[0].Shape,
        [.. inputs[0].Data.Select((value, index) =>
        {
            var channel = index % inputs[0].Channels;
            return ((value - mean.Data[channel]) / Math.Sqrt(variance.Data[channel] + epsilon) * gamma.Data[channel]) + beta.Data[channel];
        })]);

    private static Weight All(string name, int count, float value) => new(name, [count], [.. Enumerable.Repeat(value, count)]);
}
