using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Models;

/// <summary>Tensors in ONNX Runtime's hands for one run: it reads numbers where they lie, and only texts are copied.</summary>
internal sealed class BoundInputs : IDisposable
{
    private readonly MemoryHandle[] _pins;

    public BoundInputs(IReadOnlyList<Tensor> tensors)
    {
        Names = new string[tensors.Count];
        Values = new OrtValue[tensors.Count];
        _pins = new MemoryHandle[tensors.Count];
        try
        {
            for (var i = 0; i < tensors.Count; i++)
            {
                Names[i] = tensors[i].Name;
                Values[i] = tensors[i].Texts is { } texts ? Copy(tensors[i], texts) : Bind(tensors[i], out _pins[i]);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string[] Names { get; }

    public OrtValue[] Values { get; }

    public void Dispose()
    {
        foreach (var value in Values)
        {
            value?.Dispose();
        }
        foreach (var pin in _pins)
        {
            pin.Dispose();
        }
    }

    private static unsafe OrtValue Bind(Tensor tensor, out MemoryHandle pin)
    {
        pin = tensor.Data.Pin();
        return OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, tensor.Type.ToOnnx(), tensor.Shape, (nint)pin.Pointer, tensor.Data.Length);
    }

    private static OrtValue Copy(Tensor tensor, IReadOnlyList<ReadOnlyMemory<byte>> texts)
    {
        var value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, tensor.Shape);
        for (var i = 0; i < texts.Count; i++)
        {
            value.StringTensorSetElementAt(texts[i].Span, i);
        }
        return value;
    }
}
