namespace Scalelab.ModelServer.Tensors;

/// <summary>What a network says of one of its inputs or outputs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Type of the elements.</param>
/// <param name="Shape">Length of each dimension, <see cref="Tensors.Shape.Any"/> where the request decides.</param>
public sealed record TensorSpec(string Name, DataType Type, long[] Shape)
{
    /// <summary>Whether a shape fits.</summary>
    public bool Fits(ReadOnlySpan<long> shape)
    {
        if (shape.Length != Shape.Length)
        {
            return false;
        }
        for (var i = 0; i < shape.Length; i++)
        {
            if (Shape[i] != Tensors.Shape.Any && Shape[i] != shape[i])
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>For messages, such as <c>FP32 [any, 11]</c>.</summary>
    public override string ToString() => $"{Type.Name()} {Tensors.Shape.Text(Shape)}";
}
