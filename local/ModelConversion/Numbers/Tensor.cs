namespace Scalelab.ModelConversion.Numbers;

/// <summary>Numbers in a box of any number of dimensions, the last one running fastest. Of values the batch is left out; pictures are height, width, channels.</summary>
/// <param name="Shape">How long each dimension is.</param>
/// <param name="Data">As many numbers as the shape has room for.</param>
internal sealed record Tensor(int[] Shape, double[] Data)
{
    public Tensor(int[] shape)
        : this(shape, new double[Length(shape)])
    {
    }

    public int Rank => Shape.Length;

    /// <summary>The length of the last dimension.</summary>
    public int Channels => Shape[^1];

    public static int Length(IEnumerable<int> shape) => shape.Aggregate(1, (product, side) => checked(product * side));

    public static string Text(IEnumerable<int> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>The same numbers after a function of one number.</summary>
    public Tensor Map(Func<double, double> function) => new(Shape, Array.ConvertAll(Data, value => function(value)));
}
