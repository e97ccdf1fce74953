using Scalelab.ModelConversion.Numbers;
using Scalelab.ModelConversion.Onnx;

namespace Scalelab.ModelConversion.Layers;

/// <summary>The largest number, or the average, of each window of a picture.</summary>
internal sealed class Pooling(Windows windows, bool isMax) : Layer
{
    public static Layer Max(LayerContext context) => Read(context, isMax: true);

    public static Layer Average(LayerContext context) => Read(context, isMax: false);

    public override int[] Infer(IReadOnlyList<int[]> inputs) => [windows.Rows.Count, windows.Columns.Count, inputs[0][2]];

    public override OnnxValue Emit(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs)
    {
        var input = graph.ChannelsFirst(inputs[0]);
        // What padding adds takes no part, neither here nor in Keras: ONNX's default for both operators.
        var name = graph.Node(
            isMax ? "MaxPool" : "AveragePool", [input.Name], ("kernel_shape", new long[] { windows.Rows.Size, windows.Columns.Size }),
            ("strides", windows.Strides), ("pads", windows.Pads));
        return new OnnxValue(name, Infer([input.Shape]), true);
    }

    public override Tensor Run(IReadOnlyList<Tensor> inputs)
    {
        var input = inputs[0];
        var (rows, columns, channels) = (input.Shape[0], input.Shape[1], input.Shape[2]);
        var output = new Tensor(Infer([input.Shape]));
        var target = 0;
        for (var row = 0; row < windows.Rows.Count; row++)
        {
            var (top, bottom) = Bounds(windows.Rows, row, rows);
            for (var column = 0; column < windows.Columns.Count; column++)
            {
                var (left, right) = Bounds(windows.Columns, column, columns);
                for (var channel = 0; channel < channels; channel++)
                {
                    var (most, sum) = (double.NegativeInfinity, 0.0);
                    for (var y = top; y < bottom; y++)
                    {
                        for (var x = left; x < right; x++)
                        {
                            var value = input.Data[(((y * columns) + x) * channels) + channel];
                            most = Math.Max(most, value);
                            sum += value;
                        }
                    }
                    output.Data[target++] = isMax ? most : sum / ((bottom - top) * (right - left));
                }
            }
        }
        return output;
    }

    private static Pooling Read(LayerContext context, bool isMax)
    {
        context.RequireChannelsLast();
        var size = context.Config.Pair("pool_size", 2);
        var step = context.Config.Find("strides") is null ? size : context.Config.Pair("strides");
        return new Pooling(Windows.Read(context, size, step, (1, 1)), isMax);
    }

    private static (int Start, int End) Bounds(Window window, int place, int length)
    {
        var start = (place * window.Step) - window.Before;
        return (Math.Max(0, start), Math.Min(length, start + window.Size));
    }
}

/// <summary>The largest number, or the average, of each channel of a picture.</summary>
internal sealed class GlobalPooling(bool isMax, bool keepsDimensions) : Layer
{
    public static Layer Max(LayerContext context) => Read(context, isMax: true);

    public static Layer Average(LayerContext context) => Read(context, isMax: false);

    public override int[] Infer(IReadOnlyList<int[]> inputs) => keepsDimensions ? [1, 1, inputs[0][2]] : [inputs[0][2]];

    public override OnnxValue Emit(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs)
    {
        var input = graph.ChannelsFirst(inputs[0]);
        var pooled = graph.Node(isMax ? "GlobalMaxPool" : "GlobalAveragePool", [input.Name]);
        return keepsDimensions
            ? new OnnxValue(pooled, Infer([input.Shape]), true)
            : new OnnxValue(graph.Node("Flatten", [pooled], ("axis", 1)), Infer([input.Shape]), false);
    }

    public override Tensor Run(IReadOnlyList<Tensor> inputs)
    {
        var (data, channels) = (inputs[0].Data, inputs[0].Channels);
        var output = new Tensor(Infer([inputs[0].Shape]));
        Array.Fill(output.Data, isMax ? double.NegativeInfinity : 0);
        for (var i = 0; i < data.Length; i++)
        {
            ref var target = ref output.Data[i % channels];
            target = isMax ? Math.Max(target, data[i]) : target + (data[i] * channels / data.Length);
        }
        return output;
    }

    private static GlobalPooling Read(LayerContext context, bool isMax)
    {
        context.RequireChannelsLast();
        _ = context.Picture;
        return new GlobalPooling(isMax, context.Config.Flag("keepdims", false));
    }
}
