using Scalelab.ModelConversion.Numbers;
using Scalelab.ModelConversion.Onnx;

namespace Scalelab.ModelConversion.Layers;

/// <summary>Every output from every input, over the last dimension.</summary>
/// <param name="kernel">Inputs, outputs.</param>
/// <param name="bias">One number an output; null for none.</param>
/// <param name="activation">Comes last.</param>
internal sealed class Dense(Weight kernel, Weight? bias, Activation activation) : Layer
{
    public static Layer Read(LayerContext context)
    {
        var units = context.Config.Whole("units");
        var kernel = context.Weights.Take([context.Input[^1], units], "kernel");
        var bias = context.Config.Flag("use_bias", true) ? context.Weights.Take([units], "bias") : null;
        var activation = Activation.Read(context.Config);
        return new Dense(kernel, bias, activation) { EndsInProbabilities = activation.GivesProbabilities };
    }

    public override int[] Infer(IReadOnlyList<int[]> inputs) => [.. inputs[0][..^1], kernel.Shape[1]];

    public override OnnxValue Emit(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs)
    {
        var input = graph.Plain(inputs[0]);
        var shape = Infer([input.Shape]);
        if (shape.Length == 1)
        {
            List<string> names = [input.Name, graph.Constant(kernel)];
            if (bias is not null)
            {
                names.Add(graph.Constant(bias));
            }
            return activation.Emit(graph, new OnnxValue(graph.Node("Gemm", names), shape, false));
        }
        var product = new OnnxValue(graph.Node("MatMul", [input.Name, graph.Constant(kernel)]), shape, false);
        return activation.Emit(graph, bias is null ? product : graph.EachChannel("Add", product, bias));
    }

    public override Tensor Run(IReadOnlyList<Tensor> inputs)
    {
        var (count, units) = (kernel.Shape[0], kernel.Shape[1]);
        var output = new Tensor(Infer([inputs[0].Shape]));
        for (var row = 0; row < output.Data.Length / units; row++)
        {
            var sums = output.Data.AsSpan(row * units, units);
            for (var unit = 0; bias is not null && unit < units; unit++)
            {
                sums[unit] = bias.Data[unit];
            }
            for (var i = 0; i < count; i++)
            {
                var value = inputs[0].Data[(row * count) + i];
                var weights = kernel.Data.AsSpan(i * units, units);
                for (var unit = 0; unit < units; unit++)
                {
                    sums[unit] += value * weights[unit];
                }
            }
        }
        return activation.Run(output);
    }
}
