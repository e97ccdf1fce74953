using Scalelab.ModelConversion.Keras;
using Scalelab.ModelConversion.Numbers;

namespace Scalelab.ModelConversion.Layers;

/// <summary>What a layer is made of: its settings, the shapes that it is called with, and its weights.</summary>
/// <param name="Config">Its settings.</param>
/// <param name="Inputs">The shapes of its inputs, without the batch.</param>
/// <param name="Weights">What it has learned.</param>
/// <param name="Constant">A number that it is called with beside its inputs.</param>
internal sealed record LayerContext(LayerConfig Config, IReadOnlyList<int[]> Inputs, LayerWeights Weights, double? Constant)
{
    /// <summary>The shape of the only input.</summary>
    public int[] Input => Inputs.Count == 1 ? Inputs[0] : throw Config.Wrong($"is called with {Inputs.Count} inputs, and takes one");

    /// <summary>The only input, which has to be a picture: height, width, channels.</summary>
    public int[] Picture => Input.Length == 3
        ? Input
        : throw Config.Wrong($"takes pictures (height, width, channels), and is called with {Tensor.Text(Input)}");

    /// <summary>Refuses Keras' other order of dimensions.</summary>
    public void RequireChannelsLast()
    {
        if (Config.Text("data_format", "channels_last") is not ("channels_last" or "default") and var format)
        {
            throw Config.Wrong($"has data_format {format}. Only channels_last is converted: build the model again with it and load the weights");
        }
    }
}
