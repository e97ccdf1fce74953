namespace Scalelab.ModelConversion.Onnx;

/// <summary>A value in the graph.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Shape">Its shape in Keras' order, without the batch.</param>
/// <param name="IsChannelsFirst">Whether the graph has it in ONNX's order (channels, height, width) instead.</param>
internal sealed record OnnxValue(string Name, int[] Shape, bool IsChannelsFirst)
{
    public int Channels => Shape[^1];

    /// <summary>The axis of the channels in the graph, where the batch is axis 0.</summary>
    public int ChannelAxis => IsChannelsFirst ? 1 : Shape.Length;
}
