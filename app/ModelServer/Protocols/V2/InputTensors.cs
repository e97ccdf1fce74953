using System.Buffers.Binary;
using System.Text.Json;
using Scalelab.ModelServer.Protocols.Json;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Protocols.V2;

/// <summary>Makes tensors of a request's inputs. Binary parts are used where they lie in the body.</summary>
internal static class InputTensors
{
    // What a text costs beside its bytes, here and in ONNX Runtime.
    private const int TextCost = 64;

    /// <param name="request">What the JSON part says.</param>
    /// <param name="specs">What the network takes.</param>
    /// <param name="json">The JSON part.</param>
    /// <param name="binary">The binary parts, one after the other.</param>
    /// <param name="arena">Where memory for other elements comes from.</param>
    /// <exception cref="RequestException">An input does not fit (400).</exception>
    public static List<Tensor> Read(
        InferRequest request, IReadOnlyList<TensorSpec> specs, ReadOnlyMemory<byte> json, ReadOnlyMemory<byte> binary, TensorArena arena)
    {
        var tensors = new List<Tensor>(request.Inputs.Count);
        foreach (var input in request.Inputs)
        {
            var (spec, shape, elements) = Check(input, specs);
            if (input.BinarySize is { } size)
            {
                if (size > binary.Length)
                {
                    throw RequestException.Bad(
                        $"Input '{spec.Name}' is said to have {size} bytes, and {binary.Length} are left of the body.", "Send each tensor's bytes after the JSON, in the order of 'inputs'.");
                }
                tensors.Add(FromBytes(spec, shape, elements, binary[..size], arena));
                binary = binary[size..];
            }
            else
            {
                tensors.Add(FromJson(spec, shape, elements, json.Span[input.Data ?? throw NoData(spec.Name)], arena));
            }
        }
        return binary.IsEmpty
            ? tensors
            : throw RequestException.Bad($"{binary.Length} bytes follow the last tensor.", "Name each binary part's length in its input's parameter 'binary_data_size'.");
    }

    /// <summary>A tensor of bytes as they stand on the wire: row-major and little-endian; texts each with their length, four bytes, before them.</summary>
    /// <exception cref="RequestException">Not as many bytes as the shape needs (400).</exception>
    public static Tensor FromBytes(TensorSpec spec, long[] shape, int elements, ReadOnlyMemory<byte> bytes, TensorArena arena)
    {
        if (spec.Type == DataType.Bytes)
        {
            return new Tensor(spec.Name, spec.Type, shape, default, Texts(spec.Name, elements, bytes, arena));
        }
        var size = spec.Type.Size();
        if (bytes.Length != (long)elements * size)
        {
            throw RequestException.Bad(
                $"Input '{spec.Name}' of {spec.Type.Name()} {Shape.Text(shape)} needs {(long)elements * size} bytes, and {bytes.Length} were sent.", "Send row-major, little-endian elements without gaps.");
        }
        return new Tensor(spec.Name, spec.Type, shape, Aligned(bytes, size, arena));
    }

    private static List<ReadOnlyMemory<byte>> Texts(string name, int elements, ReadOnlyMemory<byte> bytes, TensorArena arena)
    {
        var texts = new List<ReadOnlyMemory<byte>>();
        while (!bytes.IsEmpty)
        {
            if (bytes.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span) > bytes.Length - sizeof(uint))
            {
                throw RequestException.Bad($"Element {texts.Count} of '{name}' ends after the tensor's bytes.", "Send each text's length as four bytes, little-endian, before it.");
            }
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span);
            arena.Charge(TextCost);
            texts.Add(bytes.Slice(sizeof(uint), length));
            bytes = bytes[(sizeof(uint) + length)..];
        }
        return texts.Count == elements ? texts : throw RequestException.Bad($"Input '{name}' needs {elements} texts, and {texts.Count} were sent.", "Send as many as the shape says.");
    }

    // Elements must lie on a multiple of their size; where the JSON before them has another length they are copied.
    private static unsafe ReadOnlyMemory<byte> Aligned(ReadOnlyMemory<byte> bytes, int size, TensorArena arena)
    {
        using var pin = bytes.Pin();
        if ((nuint)pin.Pointer % (nuint)size == 0)
        {
            return bytes;
        }
        var copy = arena.Rent(bytes.Length);
        bytes.CopyTo(copy);
        return copy;
    }

    private static (TensorSpec Spec, long[] Shape, int Elements) Check(InferInput input, IReadOnlyList<TensorSpec> specs)
    {
        var name = input.Name ?? throw RequestException.Bad("An input has no 'name'.", "Name every input.");
        var spec = TensorChecks.Spec(specs, name);
        var datatype = input.DataType ?? throw RequestException.Bad($"Input '{name}' has no 'datatype'.", $"The model takes {spec}.");
        if (!DataTypes.TryParse(datatype, out var type))
        {
            throw RequestException.Bad($"Input '{name}' is of datatype '{Printable.Cut(datatype)}'.", $"Known are {DataTypes.AllNames}; the model takes {spec}.");
        }
        if (type != spec.Type)
        {
            throw RequestException.Bad($"Input '{name}' is sent as {type.Name()}.", $"The model takes {spec}.");
        }
        long[] shape = [.. input.Shape ?? throw RequestException.Bad($"Input '{name}' has no 'shape'.", $"The model takes {spec}.")];
        return (spec, shape, TensorChecks.CheckShape(spec, shape));
    }

    private static Tensor FromJson(TensorSpec spec, long[] shape, int elements, ReadOnlySpan<byte> data, TensorArena arena)
    {
        // Each element takes two bytes at least, its comma included: memory is taken for what was sent, not for what is claimed.
        if (elements > (data.Length / 2) + 1)
        {
            throw Count(spec.Name, shape, elements);
        }
        var reader = new Utf8JsonReader(data);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw RequestException.Bad($"'data' of input '{spec.Name}' is no array.", "Send the elements in an array, flat or nested.");
        }
        var values = new NestedReader(spec.Name, spec.Type, arena, elements);
        values.Read(ref reader, 0);
        var tensor = values.ToTensor(inSteps: false);
        if (tensor.Shape.Length > 1 && !tensor.Shape.AsSpan().SequenceEqual(shape))
        {
            throw RequestException.Bad(
                $"'data' of input '{spec.Name}' is nested as {Shape.Text(tensor.Shape)}, and 'shape' is {Shape.Text(shape)}.", "Nest the elements as 'shape' says, or send them flat.");
        }
        return tensor.Elements == elements ? tensor with { Shape = shape } : throw Count(spec.Name, shape, elements);
    }

    private static RequestException Count(string name, long[] shape, int elements) => RequestException.Bad(
        $"Input '{name}' of shape {Shape.Text(shape)} needs {elements} elements, and 'data' has not as many.", "Send as many elements as the shape says.");

    private static RequestException NoData(string name) => RequestException.Bad(
        $"Input '{name}' has neither 'data' nor 'binary_data_size'.", "Send its elements in 'data', or in binary form after the JSON.");
}
