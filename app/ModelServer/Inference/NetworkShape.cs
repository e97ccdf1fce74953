using Microsoft.ML.OnnxRuntime;

namespace Scalelab.ModelServer.Inference;

/// <summary>Compares what the network takes and gives with what model.json says.</summary>
internal static class NetworkShape
{
    private const int Channels = 3;

    // ONNX Runtime gives a dimension that is decided at run time as -1.
    private const int Open = -1;

    /// <exception cref="ModelException">They do not fit.</exception>
    public static void Check(InferenceSession session, ModelDescription model, string path)
    {
        CheckInput(Only(session.InputMetadata, "input", path), model, path);
        CheckOutput(Only(session.OutputMetadata, "output", path), model, path);
    }

    private static NodeMetadata Only(IReadOnlyDictionary<string, NodeMetadata> nodes, string kind, string path)
    {
        if (nodes.Count != 1)
        {
            throw new ModelException($"{path} has {nodes.Count} {kind}s ({string.Join(", ", nodes.Keys)}), and exactly one is served. Export it with one {kind}.");
        }
        var (name, node) = nodes.Single();
        return node.IsTensor && node.ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float
            ? node
            : throw new ModelException($"{path}: {kind} '{name}' is not a tensor of 32-bit floats. Export it with float {kind}s.");
    }

    private static void CheckInput(NodeMetadata input, ModelDescription model, string path)
    {
        int[] expected = model.Layout == Layout.ChannelsFirst ? [1, Channels, model.Size, model.Size] : [1, model.Size, model.Size, Channels];
        if (!Fits(input.Dimensions, expected))
        {
            var layout = model.Layout == Layout.ChannelsFirst ? "NCHW" : "NHWC";
            throw new ModelException(
                $"{path} takes an input of shape {Text(input.Dimensions)}, but {Classifier.DescriptionFile} says layout {layout} and size {model.Size}, "
                + $"which is {Text(expected)}. Mend layout or size in {Classifier.DescriptionFile}.");
        }
    }

    private static void CheckOutput(NodeMetadata output, ModelDescription model, string path)
    {
        if (!Fits(output.Dimensions, [1, model.Labels.Count]))
        {
            throw new ModelException(
                $"{path} gives an output of shape {Text(output.Dimensions)}, but {Classifier.DescriptionFile} lists {model.Labels.Count} labels, "
                + $"which needs {Text([1, model.Labels.Count])}. List one label for each output.");
        }
    }

    private static bool Fits(int[] actual, int[] expected) =>
        actual.Length == expected.Length && actual.Zip(expected).All(pair => pair.First == Open || pair.First == pair.Second);

    private static string Text(int[] dimensions) => $"[{string.Join(", ", dimensions.Select(side => side == Open ? "any" : $"{side}"))}]";
}
