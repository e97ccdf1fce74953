using Scalelab.ModelConversion.Keras;
using Scalelab.ModelConversion.Numbers;
using Scalelab.ModelConversion.Onnx;

namespace Scalelab.ModelConversion.Layers;

/// <summary>The same numbers, in Keras' order, under another shape.</summary>
internal sealed class Reshape(int[] shape) : Layer
{
    public static Layer Flatten(LayerContext context) => new Reshape([Tensor.Length(context.Input)]);

    public static Layer Read(LayerContext context)
    {
        var config = context.Config;
        var target = config.Find("target_shape") is { } value && LayerConfig.Wholes(value) is { Length: > 0 } wholes
            ? wholes
            : throw config.Unusable("target_shape", config.Find("target_shape"), "a list of whole numbers");
        var total = Tensor.Length(context.Input);
        var known = target.Where(side => side != -1).Aggregate(1L, (product, side) => product * side);
        var open = target.Count(side => side == -1);
        if (open > 1 || target.Any(side => side is 0 or < -1) || known > total || total % known != 0 || (open == 0 && known != total))
        {
            throw config.Wrong($"gives {Tensor.Text(context.Input)} the shape {Tensor.Text(target)}, which has room for another number of values");
        }
        return new Reshape(Array.ConvertAll(target, side => side == -1 ? (int)(total / known) : side));
    }

    public override int[] Infer(IReadOnlyList<int[]> inputs) => shape;

    public override OnnxValue Emit(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs)
    {
        var input = graph.Plain(inputs[0]);
        return new OnnxValue(graph.Node("Reshape", [input.Name, graph.Constant("shape", [-1, .. shape.Select(side => (long)side)])]), shape, false);
    }

    public override Tensor Run(IReadOnlyList<Tensor> inputs) => new(shape, inputs[0].Data);
}

/// <summary>The dimensions in another order.</summary>
internal sealed class Permute(int[] order) : Layer
{
    public static Layer Read(LayerContext context)
    {
        var config = context.Config;
        var dims = config.Find("dims") is { } value ? LayerConfig.Wholes(value) : null;
        return dims is not null && dims.Order().SequenceEqual(Enumerable.Range(1, context.Input.Length))
            ? new Permute(Array.ConvertAll(dims, axis => axis - 1))
            : throw config.Unusable("dims", config.Find("dims"), $"the numbers 1 to {context.Input.Length} in some order");
    }

    public override int[] Infer(IReadOnlyList<int[]> inputs) => Array.ConvertAll(order, axis => inputs[0][axis]);

    public override OnnxValue Emit(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs)
    {
        var input = graph.Plain(inputs[0]);
        long[] axes = [0, .. order.Select(axis => axis + 1L)];
        return new OnnxValue(graph.Node("Transpose", [input.Name], ("perm", axes)), Infer([input.Shape]), false);
    }

    public override Tensor Run(IReadOnlyList<Tensor> inputs)
    {
        var shape = Infer([inputs[0].Shape]);
        var output = new Tensor(shape);
        var index = new int[shape.Length];
        for (var target = 0; target < output.Data.Length; target++)
        {
            var remainder = target;
            for (var i = shape.Length - 1; i >= 0; i--)
            {
                (remainder, index[order[i]]) = Math.DivRem(remainder, shape[i]);
            }
            var source = inputs[0].Shape.Select((side, axis) => (side, axis)).Aggregate(0, (sum, item) => (sum * item.side) + index[item.axis]);
            output.Data[target] = inputs[0].Data[source];
        }
        return output;
    }
}
