namespace Scalelab.ModelServer.Tensors;

/// <summary>A tensor that goes into a network. Its bytes belong to whoever made it, and must outlive the run.</summary>
/// <param name="Name">The network's input that it is for.</param>
/// <param name="Type">Type of the elements.</param>
/// <param name="Shape">Length of each dimension, at least 1 each.</param>
/// <param name="Data">Elements in row-major order, little-endian, without gaps; empty for texts.</param>
/// <param name="Texts">The elements of a tensor of texts, else null.</param>
public sealed record Tensor(string Name, DataType Type, long[] Shape, ReadOnlyMemory<byte> Data, IReadOnlyList<ReadOnlyMemory<byte>>? Texts = null)
{
    /// <summary>Number of elements.</summary>
    public int Elements => Texts?.Count ?? Data.Length / Type.Size();
}
