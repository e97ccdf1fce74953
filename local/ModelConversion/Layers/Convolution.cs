using System.Numerics.Tensors;
using Scalelab.ModelConversion.Numbers;
using Scalelab.ModelConversion.Onnx;
using Tensor = Scalelab.ModelConversion.Numbers.Tensor;

namespace Scalelab.ModelConversion.Layers;

/// <summary>A convolution over pictures, whole, in groups, or of each channel for itself.</summary>
/// <param name="windows">How the window moves.</param>
/// <param name="dilation">Distance of the pixels under the window.</param>
/// <param name="groups">Parts of the channels that have nothing to do with each other.</param>
/// <param name="kernel">Height, width, input channels of a group, output channels.</param>
/// <param name="bias">One number an output channel; null for none.</param>
/// <param name="activation">Comes last.</param>
internal sealed class Convolution(Windows windows, (int Height, int Width) dilation, int groups, Weight kernel, Weight? bias, Activation activation) : Layer
{
    // Below this, the call costs more than the loop.
    private const int Vector = 8;

    public static Layer Conv2D(LayerContext context)
    {
        context.RequireChannelsLast();
        var config = context.Config;
        var channels = context.Picture[2];
        var filters = config.Whole("filters");
        var groups = config.Whole("groups", 1);
        if (channels % groups != 0 || filters % groups != 0)
        {
            throw config.Wrong($"makes {groups} groups of {channels} channels and {filters} filters, which do not divide");
        }
        var (size, step, dilation) = (config.Pair("kernel_size"), config.Pair("strides", 1), config.Pair("dilation_rate", 1));
        var windows = Windows.Read(context, size, step, dilation);
        var kernel = context.Weights.Take([size.Height, size.Width, channels / groups, filters], "kernel");
        return new Convolution(windows, dilation, groups, kernel, Bias(context, filters), Activation.Read(config));
    }

    public static Layer DepthwiseConv2D(LayerContext context)
    {
        context.RequireChannelsLast();
        var config = context.Config;
        var (size, step, dilation) = (config.Pair("kernel_size"), config.Pair("strides", 1), config.Pair("dilation_rate", 1));
        return new Convolution(
            Windows.Read(context, size, step, dilation), dilation, context.Picture[2], DepthwiseKernel(context, size), Bias(context, Outputs(context)), Activation.Read(config));
    }

    public static Layer SeparableConv2D(LayerContext context)
    {
        context.RequireChannelsLast();
        var config = context.Config;
        var filters = config.Whole("filters");
        var (size, step, dilation) = (config.Pair("kernel_size"), config.Pair("strides", 1), config.Pair("dilation_rate", 1));
        var windows = Windows.Read(context, size, step, dilation);
        var depthwise = new Convolution(windows, dilation, context.Picture[2], DepthwiseKernel(context, size), null, Activation.Linear);
        var pointwise = context.Weights.Take([1, 1, Outputs(context), filters], "pointwise_kernel");
        var each = new Windows(Window.Of(windows.Rows.Count, 1, 1, 1, false), Window.Of(windows.Columns.Count, 1, 1, 1, false));
        return new Chain(depthwise, new Convolution(each, (1, 1), 1, pointwise, Bias(context, filters), Activation.Read(config)));
    }

    public override int[] Infer(IReadOnlyList<int[]> inputs) => [windows.Rows.Count, windows.Columns.Count, kernel.Shape[3]];

    public override OnnxValue Emit(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs)
    {
        var input = graph.ChannelsFirst(inputs[0]);
        List<string> names = [input.Name, graph.Constant(kernel.Transpose(3, 2, 0, 1))];
        if (bias is not null)
        {
            names.Add(graph.Constant(bias));
        }
        var name = graph.Node(
            "Conv", names, ("group", groups), ("kernel_shape", new long[] { kernel.Shape[0], kernel.Shape[1] }), ("strides", windows.Strides),
            ("pads", windows.Pads), ("dilations", new long[] { dilation.Height, dilation.Width }));
        return activation.Emit(graph, new OnnxValue(name, Infer([input.Shape]), true));
    }

    public override Tensor Run(IReadOnlyList<Tensor> inputs)
    {
        var output = new Tensor(Infer([inputs[0].Shape]));
        var weights = Array.ConvertAll(kernel.Data, weight => (double)weight);
        Parallel.For(0, windows.Rows.Count, row => RunRow(inputs[0], weights, row, output));
        return activation.Run(output);
    }

    private void RunRow(Tensor input, double[] weights, int row, Tensor output)
    {
        var (rows, columns, channels, outputs) = (input.Shape[0], input.Shape[1], kernel.Shape[2], kernel.Shape[3]);
        var perGroup = outputs / groups;
        for (var column = 0; column < windows.Columns.Count; column++)
        {
            var sums = output.Data.AsSpan(((row * windows.Columns.Count) + column) * outputs, outputs);
            for (var channel = 0; bias is not null && channel < outputs; channel++)
            {
                sums[channel] = bias.Data[channel];
            }
            for (var ky = 0; ky < kernel.Shape[0]; ky++)
            {
                var y = (row * windows.Rows.Step) + (ky * dilation.Height) - windows.Rows.Before;
                for (var kx = 0; kx < kernel.Shape[1]; kx++)
                {
                    var x = (column * windows.Columns.Step) + (kx * dilation.Width) - windows.Columns.Before;
                    if (y < 0 || y >= rows || x < 0 || x >= columns)
                    {
                        continue;
                    }
                    var pixel = input.Data.AsSpan(((y * columns) + x) * input.Channels, input.Channels);
                    for (var group = 0; group < groups; group++)
                    {
                        for (var channel = 0; channel < channels; channel++)
                        {
                            var start = ((((ky * kernel.Shape[1]) + kx) * channels) + channel) * outputs;
                            Accumulate(
                                weights.AsSpan(start + (group * perGroup), perGroup), pixel[(group * channels) + channel], sums.Slice(group * perGroup, perGroup));
                        }
                    }
                }
            }
        }
    }

    private static void Accumulate(ReadOnlySpan<double> weights, double value, Span<double> sums)
    {
        if (weights.Length >= Vector)
        {
            TensorPrimitives.MultiplyAdd(weights, value, sums, sums);
            return;
        }
        for (var i = 0; i < weights.Length; i++)
        {
            sums[i] += weights[i] * value;
        }
    }

    private static int Outputs(LayerContext context) => context.Picture[2] * context.Config.Whole("depth_multiplier", 1);

    // Keras keeps (height, width, channels, multiplier); as groups of one channel the last two are one dimension, in the same order.
    private static Weight DepthwiseKernel(LayerContext context, (int Height, int Width) size) => context.Weights
        .Take([size.Height, size.Width, context.Picture[2], context.Config.Whole("depth_multiplier", 1)], "depthwise_kernel", "kernel")
        .Reshape(size.Height, size.Width, 1, Outputs(context));

    private static Weight? Bias(LayerContext context, int channels) => context.Config.Flag("use_bias", true) ? context.Weights.Take([channels], "bias") : null;
}
