namespace Scalelab.ModelConversion.Numbers;

/// <summary>Numbers that a layer has learned, in Keras' order.</summary>
/// <param name="Name">What Keras calls it, <c>kernel</c> for instance.</param>
/// <param name="Shape">How long each dimension is.</param>
/// <param name="Data">The numbers, the last dimension running fastest.</param>
internal sealed record Weight(string Name, int[] Shape, float[] Data)
{
    /// <summary>A constant.</summary>
    public static Weight Of(string name, params float[] data) => new(name, [data.Length], data);

    /// <summary>The same numbers in another order of dimensions: result dimension <c>i</c> is this one's <c>order[i]</c>.</summary>
    public Weight Transpose(params int[] order)
    {
        var shape = Array.ConvertAll(order, axis => Shape[axis]);
        var strides = Strides(Shape);
        var data = new float[Data.Length];
        var index = new int[order.Length];
        for (var target = 0; target < data.Length; target++)
        {
            var source = 0;
            for (var i = 0; i < order.Length; i++)
            {
                source += index[i] * strides[order[i]];
            }
            data[target] = Data[source];
            for (var i = order.Length - 1; i >= 0 && ++index[i] == shape[i]; i--)
            {
                index[i] = 0;
            }
        }
        return new Weight(Name, shape, data);
    }

    public Weight Reshape(params int[] shape) => this with { Shape = shape };

    private static int[] Strides(int[] shape)
    {
        var strides = new int[shape.Length];
        for (int i = shape.Length - 1, stride = 1; i >= 0; stride *= shape[i--])
        {
            strides[i] = stride;
        }
        return strides;
    }
}
