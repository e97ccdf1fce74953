using Scalelab.ModelConversion.Numbers;
using Scalelab.ModelConversion.Onnx;

namespace Scalelab.ModelConversion.Layers;

/// <summary>A function of each number, or of each pixel's channels.</summary>
internal sealed class Activate(Activation activation) : Layer
{
    /// <summary>A layer that does nothing when a model predicts: dropout, noise, pictures turned at random.</summary>
    public static Activate Nothing { get; } = new(Activation.Linear);

    /// <summary>Whether it does nothing.</summary>
    public bool IsIdentity => activation == Activation.Linear;

    public static Activate Of(Activation activation) => new(activation) { EndsInProbabilities = activation.GivesProbabilities };

    public override int[] Infer(IReadOnlyList<int[]> inputs) => inputs[0];

    public override OnnxValue Emit(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs) => activation.Emit(graph, inputs[0]);

    public override Tensor Run(IReadOnlyList<Tensor> inputs) => activation.Run(inputs[0]);
}

/// <summary>Layers one after the other.</summary>
internal sealed class Chain(params Layer[] layers) : Layer
{
    public override int[] Infer(IReadOnlyList<int[]> inputs) => layers.Aggregate(inputs, (shapes, layer) => [layer.Infer(shapes)])[0];

    public override OnnxValue Emit(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs) => layers.Aggregate(inputs, (values, layer) => [layer.Emit(graph, values)])[0];

    public override Tensor Run(IReadOnlyList<Tensor> inputs) => layers.Aggregate(inputs, (values, layer) => [layer.Run(values)])[0];
}
