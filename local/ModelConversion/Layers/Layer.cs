using Scalelab.ModelConversion.Numbers;
using Scalelab.ModelConversion.Onnx;

namespace Scalelab.ModelConversion.Layers;

/// <summary>
/// One layer with its settings and weights. It says twice what it does: as ONNX's operators, and as plain arithmetic that these are compared with.
/// Shapes leave the batch out.
/// </summary>
internal abstract class Layer
{
    /// <summary>Whether what it gives are probabilities: it ends in softmax or sigmoid.</summary>
    public bool EndsInProbabilities { get; init; }

    /// <summary>The shape of what it gives, for inputs of the given shapes.</summary>
    public abstract int[] Infer(IReadOnlyList<int[]> inputs);

    /// <summary>Writes its operators.</summary>
    public abstract OnnxValue Emit(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs);

    /// <summary>Computes it for one picture.</summary>
    public abstract Tensor Run(IReadOnlyList<Tensor> inputs);
}
