using Scalelab.ModelConversion.Numbers;
using Scalelab.ModelConversion.Onnx;

namespace Scalelab.ModelConversion.Layers;

/// <summary>Values joined number by number. A side of length one counts for every place of the others'.</summary>
/// <param name="type">ONNX's operator for two values.</param>
/// <param name="function">What it computes.</param>
/// <param name="isAverage">Whether the result is divided by the number of values.</param>
internal sealed class Merge(string type, Func<double, double, double> function, bool isAverage = false) : Layer
{
    public static Func<LayerContext, Layer> Of(string type, Func<double, double, double> function, bool isAverage = false, int? count = null) => context =>
    {
        if (context.Inputs.Count < 2 || (count is not null && context.Inputs.Count != count))
        {
            throw context.Config.Wrong($"joins {context.Inputs.Count} values, and {(count is null ? "two or more" : $"{count}")} are expected");
        }
        if (context.Inputs.Any(shape => shape.Length != context.Inputs[0].Length)
            || Enumerable.Range(0, context.Inputs[0].Length).Any(axis => context.Inputs.Select(shape => shape[axis]).Where(side => side != 1).Distinct().Count() > 1))
        {
            throw context.Config.Wrong($"joins values of shapes {string.Join(" and ", context.Inputs.Select(shape => Tensor.Text(shape)))}, which do not fit");
        }
        return new Merge(type, function, isAverage);
    };

    public override int[] Infer(IReadOnlyList<int[]> inputs) => [.. Enumerable.Range(0, inputs[0].Length).Select(axis => inputs.Max(shape => shape[axis]))];

    public override OnnxValue Emit(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs)
    {
        var isChannelsFirst = inputs.Any(input => input.IsChannelsFirst);
        var values = inputs.Select(input => isChannelsFirst ? graph.ChannelsFirst(input) : input).ToArray();
        var name = values.Skip(1).Aggregate(values[0].Name, (left, right) => graph.Node(type, [left, right.Name]));
        var joined = new OnnxValue(name, Infer([.. inputs.Select(input => input.Shape)]), isChannelsFirst);
        return isAverage ? graph.Each("Div", joined, inputs.Count) : joined;
    }

    public override Tensor Run(IReadOnlyList<Tensor> inputs)
    {
        var joined = inputs.Skip(1).Aggregate(inputs[0], Join);
        return isAverage ? joined.Map(value => value / inputs.Count) : joined;
    }

    private Tensor Join(Tensor left, Tensor right)
    {
        var output = new Tensor(Infer([left.Shape, right.Shape]));
        for (var i = 0; i < output.Data.Length; i++)
        {
            output.Data[i] = function(At(left, i, output.Shape), At(right, i, output.Shape));
        }
        return output;
    }

    private static double At(Tensor value, int index, int[] shape)
    {
        var (position, stride) = (0, 1);
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            (index, var place) = Math.DivRem(index, shape[axis]);
            position += value.Shape[axis] == 1 ? 0 : place * stride;
            stride *= value.Shape[axis];
        }
        return value.Data[position];
    }
}

/// <summary>Values one after the other along one dimension.</summary>
internal sealed class Concatenate(int axis) : Layer
{
    public static Layer Read(LayerContext context)
    {
        var config = context.Config;
        var rank = context.Inputs[0].Length;
        var axis = config.Whole("axis", -1, int.MinValue);
        // Keras counts the batch, which cannot be joined along.
        var own = axis < 0 ? axis + rank : axis - 1;
        if (own < 0 || own >= rank
            || context.Inputs.Any(shape => shape.Length != rank || Enumerable.Range(0, rank).Any(i => i != own && shape[i] != context.Inputs[0][i])))
        {
            throw config.Wrong($"joins values of shapes {string.Join(" and ", context.Inputs.Select(shape => Tensor.Text(shape)))} along axis {axis}, which do not fit");
        }
        return new Concatenate(own);
    }

    public override int[] Infer(IReadOnlyList<int[]> inputs)
    {
        int[] shape = [.. inputs[0]];
        shape[axis] = inputs.Sum(input => input[axis]);
        return shape;
    }

    public override OnnxValue Emit(OnnxGraph graph, IReadOnlyList<OnnxValue> inputs)
    {
        var isChannelsFirst = inputs.Any(input => input.IsChannelsFirst);
        var names = inputs.Select(input => (isChannelsFirst ? graph.ChannelsFirst(input) : input).Name);
        var own = !isChannelsFirst ? axis + 1 : axis == 2 ? 1 : axis + 2;
        return new OnnxValue(graph.Node("Concat", names, ("axis", own)), Infer([.. inputs.Select(input => input.Shape)]), isChannelsFirst);
    }

    public override Tensor Run(IReadOnlyList<Tensor> inputs)
    {
        var output = new Tensor(Infer([.. inputs.Select(input => input.Shape)]));
        var outer = Tensor.Length(output.Shape[..axis]);
        var target = 0;
        for (var row = 0; row < outer; row++)
        {
            foreach (var input in inputs)
            {
                var length = input.Data.Length / outer;
                Array.Copy(input.Data, row * length, output.Data, target, length);
                target += length;
            }
        }
        return output;
    }
}
