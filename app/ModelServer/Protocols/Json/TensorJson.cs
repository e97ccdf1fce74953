using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Protocols.Json;

/// <summary>Writes tensors as JSON. JSON has no word for infinite and undefined numbers; they become null.</summary>
internal static class TensorJson
{
    /// <summary>All elements, one after the other.</summary>
    public static void WriteFlat(Utf8JsonWriter json, OutputTensor tensor)
    {
        json.WriteStartArray();
        WriteElements(json, tensor, 0, tensor.Elements);
        json.WriteEndArray();
    }

    /// <summary>One row of the first dimension, as arrays in arrays.</summary>
    public static void WriteRow(Utf8JsonWriter json, OutputTensor tensor, int row)
    {
        var rowElements = tensor.Elements / (int)tensor.Shape[0];
        WriteNested(json, tensor, 1, row * rowElements, rowElements);
    }

    /// <summary>The whole tensor, as arrays in arrays.</summary>
    public static void WriteNested(Utf8JsonWriter json, OutputTensor tensor) => WriteNested(json, tensor, 0, 0, tensor.Elements);

    private static void WriteNested(Utf8JsonWriter json, OutputTensor tensor, int dimension, int start, int count)
    {
        if (dimension == tensor.Shape.Length)
        {
            WriteElements(json, tensor, start, count);
            return;
        }
        json.WriteStartArray();
        var side = (int)tensor.Shape[dimension];
        if (dimension == tensor.Shape.Length - 1)
        {
            WriteElements(json, tensor, start, count);
        }
        else
        {
            for (var i = 0; i < side; i++)
            {
                WriteNested(json, tensor, dimension + 1, start + (i * (count / side)), count / side);
            }
        }
        json.WriteEndArray();
    }

    private static void WriteElements(Utf8JsonWriter json, OutputTensor tensor, int start, int count)
    {
        if (tensor.Type == DataType.Bytes)
        {
            for (var i = start; i < start + count; i++)
            {
                WriteText(json, tensor.Text(i));
            }
            return;
        }
        var size = tensor.Type.Size();
        var data = tensor.Data.Slice(start * size, count * size);
        switch (tensor.Type)
        {
            case DataType.Fp32: WriteFloats(json, MemoryMarshal.Cast<byte, float>(data)); break;
            case DataType.Fp64: WriteDoubles(json, MemoryMarshal.Cast<byte, double>(data)); break;
            case DataType.Int64: WriteLongs(json, MemoryMarshal.Cast<byte, long>(data)); break;
            default:
                for (var i = 0; i < count; i++)
                {
                    WriteElement(json, tensor.Type, data.Slice(i * size, size));
                }
                break;
        }
    }

    private static void WriteFloats(Utf8JsonWriter json, ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            WriteFloat(json, value);
        }
    }

    private static void WriteDoubles(Utf8JsonWriter json, ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (double.IsFinite(value))
            {
                json.WriteNumberValue(value);
            }
            else
            {
                json.WriteNullValue();
            }
        }
    }

    private static void WriteLongs(Utf8JsonWriter json, ReadOnlySpan<long> values)
    {
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }
    }

    private static void WriteFloat(Utf8JsonWriter json, float value)
    {
        if (float.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static void WriteElement(Utf8JsonWriter json, DataType type, ReadOnlySpan<byte> bytes)
    {
        switch (type)
        {
            case DataType.Bool: json.WriteBooleanValue(bytes[0] != 0); break;
            case DataType.Fp16: WriteFloat(json, (float)BitConverter.ToHalf(bytes)); break;
            case DataType.Bf16: WriteFloat(json, BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(bytes) << 16)); break;
            case DataType.Int8: json.WriteNumberValue((sbyte)bytes[0]); break;
            case DataType.Uint8: json.WriteNumberValue(bytes[0]); break;
            case DataType.Int16: json.WriteNumberValue(BitConverter.ToInt16(bytes)); break;
            case DataType.Uint16: json.WriteNumberValue(BitConverter.ToUInt16(bytes)); break;
            case DataType.Int32: json.WriteNumberValue(BitConverter.ToInt32(bytes)); break;
            case DataType.Uint32: json.WriteNumberValue(BitConverter.ToUInt32(bytes)); break;
            case DataType.Uint64: json.WriteNumberValue(BitConverter.ToUInt64(bytes)); break;
            default: throw new InvalidOperationException($"{type} has a writer of its own.");
        }
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            json.WriteStringValue(text);
        }
        else
        {
            json.WriteStringValue(Encoding.UTF8.GetString(text));
        }
    }
}
