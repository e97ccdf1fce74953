using System.Text.Json;
using Scalelab.ModelConversion.Keras;
using Scalelab.ModelConversion.Numbers;
using Scalelab.ModelConversion.Onnx;

namespace Scalelab.ModelConversion.Layers;

/// <summary>Zeros put around a picture, or pixels cut off around it.</summary>
/// <param name="top">Rows above; negative to cut off.</param>
/// <param name="bottom">Rows below.</param>
/// <param name="left">Columns on the left.</param>
/// <param name="right">Columns on the right.</param>
internal sealed class Border(int top, int bottom, int left, int right) : Layer
{
    public static Layer ZeroPadding2D(LayerContext context)
    {
        var (top, bottom, left, right) = Read(context, "padding");
        return new Border(top, bottom, left, right);
    }

    public static Layer Cropping2D(LayerContext context)
    {
        var (top, bottom, left, right) = Read(context, "cropping");
        return top + bottom < context.Picture[0] && left + right < context.Picture[1]
            ? new Border(-top, -bottom, -left, -right)
            : throw context.Config.Wrong($"cuts everything off {Tensor.Text(context.Picture)}");
    }

    public override int[] Infer(IReadOnlyList<int[]> inputs) => [inputs[0][0] + top + bottom, inputs[0][1] + left + right, inputs[0][2]];

    public override OnnxValue Emit(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs)
    {
        var input = graph.ChannelsFirst(inputs[0]);
        var pads = graph.Constant("pads", 0, 0, top, left, 0, 0, bottom, right);
        return new OnnxValue(graph.Node("Pad", [input.Name, pads]), Infer([input.Shape]), true);
    }

    public override Tensor Run(IReadOnlyList<Tensor> inputs)
    {
        var input = inputs[0];
        var output = new Tensor(Infer([input.Shape]));
        for (var y = 0; y < output.Shape[0]; y++)
        {
            for (var x = 0; x < output.Shape[1]; x++)
            {
                var (sourceY, sourceX) = (y - top, x - left);
                if (sourceY >= 0 && sourceY < input.Shape[0] && sourceX >= 0 && sourceX < input.Shape[1])
                {
                    Array.Copy(
                        input.Data, ((sourceY * input.Shape[1]) + sourceX) * input.Channels,
                        output.Data, ((y * output.Shape[1]) + x) * input.Channels, input.Channels);
                }
            }
        }
        return output;
    }

    // One number, one for each direction, or one for each side.
    private static (int Top, int Bottom, int Left, int Right) Read(LayerContext context, string name)
    {
        context.RequireChannelsLast();
        _ = context.Picture;
        var config = context.Config;
        var value = config.Find(name);
        if (value is not { ValueKind: JsonValueKind.Array } list)
        {
            var all = config.Whole(name, 1, least: 0);
            return (all, all, all, all);
        }
        var sides = list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Array
            ? LayerConfig.Wholes(item)
            : item.TryGetInt32(out var both) ? [both, both] : null).ToArray();
        return sides is [[>= 0 and var top, >= 0 and var bottom], [>= 0 and var left, >= 0 and var right]]
            ? (top, bottom, left, right)
            : throw config.Unusable(name, value, "a number, two, or two pairs, none below 0");
    }
}

/// <summary>A slope below zero that was learned: one for each channel, or for each place.</summary>
/// <param name="alpha">Broadcast over the value; in Keras' order.</param>
internal sealed class ParametricRelu(Weight alpha) : Layer
{
    public static Layer Read(LayerContext context)
    {
        var shared = context.Config.Find("shared_axes") is { } value ? LayerConfig.Wholes(value) ?? [] : [];
        return new ParametricRelu(context.Weights.Take([.. context.Input.Select((side, axis) => shared.Contains(axis + 1) ? 1 : side)], "alpha"));
    }

    public override int[] Infer(IReadOnlyList<int[]> inputs) => inputs[0];

    public override OnnxValue Emit(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs)
    {
        var slopes = graph.Constant(inputs[0].IsChannelsFirst ? alpha.Transpose(2, 0, 1) : alpha);
        return inputs[0] with { Name = graph.Node("PRelu", [inputs[0].Name, slopes]) };
    }

    public override Tensor Run(IReadOnlyList<Tensor> inputs)
    {
        var slopes = new Tensor(alpha.Shape, Array.ConvertAll(alpha.Data, value => (double)value));
        return new Merge("PRelu", (value, slope) => value < 0 ? value * slope : value).Run([inputs[0], slopes]);
    }
}
