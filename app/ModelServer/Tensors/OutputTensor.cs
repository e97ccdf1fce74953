using Microsoft.ML.OnnxRuntime;

namespace Scalelab.ModelServer.Tensors;

/// <summary>A tensor that came out of a network, or the part of it that answers one request of a batch. Valid until its <see cref="Outputs"/> is released.</summary>
internal sealed class OutputTensor
{
    private readonly OrtValue _value;
    private readonly int _first;

    internal OutputTensor(string name, DataType type, long[] shape, OrtValue value, int first)
    {
        Name = name;
        Type = type;
        Shape = shape;
        _value = value;
        _first = first;
        Elements = Tensors.Shape.Elements(shape) ?? throw new InvalidOperationException($"Output '{name}' of shape {Tensors.Shape.Text(shape)} is too large to send.");
    }

    /// <summary>The network's output.</summary>
    public string Name { get; }

    /// <summary>Type of the elements.</summary>
    public DataType Type { get; }

    /// <summary>Length of each dimension.</summary>
    public long[] Shape { get; }

    /// <summary>Number of elements.</summary>
    public int Elements { get; }

    /// <summary>Elements in row-major order, little-endian; not for texts.</summary>
    public ReadOnlySpan<byte> Data => Elements == 0 ? [] : _value.GetTensorMutableRawData().Slice(_first * Type.Size(), Elements * Type.Size());

    /// <summary>One element of a tensor of texts, UTF-8.</summary>
    public ReadOnlySpan<byte> Text(int index) => _value.GetStringElementAsSpan(_first + index);

    /// <summary>The rows of the first dimension from <paramref name="start"/> on.</summary>
    internal OutputTensor Rows(int start, int count)
    {
        var rowElements = Shape[0] == 0 ? 0 : Elements / (int)Shape[0];
        return new OutputTensor(Name, Type, [count, .. Shape.AsSpan(1)], _value, _first + (start * rowElements));
    }
}
