using System.Runtime.InteropServices;
using Google.Protobuf;
using Scalelab.ModelServer.Models;
using Scalelab.ModelServer.Protocols.Grpc.Wire;
using Scalelab.ModelServer.Protocols.Json;
using Scalelab.ModelServer.Protocols.V2;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Protocols.Grpc;

/// <summary>Tensors in the messages: raw bytes are used where they lie, typed contents are copied.</summary>
internal static class GrpcTensors
{
    /// <exception cref="RequestException">An input or a wanted output does not fit the model (400).</exception>
    public static List<Tensor> Read(ModelInferRequest request, IReadOnlyList<TensorSpec> specs, TensorArena arena)
    {
        var raw = request.RawInputContents;
        if (raw.Count > 0 && raw.Count != request.Inputs.Count)
        {
            throw RequestException.Bad($"There are {request.Inputs.Count} inputs and {raw.Count} raw_input_contents.", "Send one for each input, in the same order, or none.");
        }
        var tensors = new List<Tensor>(request.Inputs.Count);
        for (var i = 0; i < request.Inputs.Count; i++)
        {
            var input = request.Inputs[i];
            var spec = Check(input, specs);
            var shape = input.Shape.ToArray();
            var elements = TensorChecks.CheckShape(spec, shape);
            if (raw.Count > 0 && input.Contents is not null)
            {
                throw RequestException.Bad($"Input '{spec.Name}' has both contents and raw_input_contents.", "Send one of them.");
            }
            tensors.Add(raw.Count > 0
                ? InputTensors.FromBytes(spec, shape, elements, raw[i].Memory, arena)
                : FromContents(spec, shape, elements, input.Contents ?? new InferTensorContents(), arena));
        }
        return tensors;
    }

    /// <summary>The answer, in the form that the request had: raw bytes for raw bytes. 16-bit floats have no other form.</summary>
    /// <exception cref="RequestException">An output is wanted that the model does not give (400).</exception>
    public static ModelInferResponse Write(ModelInferRequest request, LoadedModel model, Outputs outputs)
    {
        var wanted = request.Outputs.Count == 0
            ? outputs.ToList()
            : [.. request.Outputs.Select(output => outputs.FirstOrDefault(tensor => tensor.Name == output.Name) ?? throw Unknown(output.Name, outputs))];
        var raw = request.RawInputContents.Count > 0 || wanted.Any(output => output.Type is DataType.Fp16 or DataType.Bf16);
        var response = new ModelInferResponse { ModelName = model.Name, ModelVersion = model.Version, Id = request.Id };
        foreach (var output in wanted)
        {
            var tensor = new ModelInferResponse.Types.InferOutputTensor { Name = output.Name, Datatype = output.Type.Name(), Shape = { output.Shape } };
            response.Outputs.Add(tensor);
            if (raw)
            {
                response.RawOutputContents.Add(Raw(output));
            }
            else
            {
                tensor.Contents = Contents(output);
            }
        }
        return response;
    }

    private static TensorSpec Check(ModelInferRequest.Types.InferInputTensor input, IReadOnlyList<TensorSpec> specs)
    {
        var spec = TensorChecks.Spec(specs, input.Name);
        return input.Datatype == spec.Type.Name()
            ? spec
            : throw RequestException.Bad($"Input '{spec.Name}' is of datatype '{Printable.Cut(input.Datatype)}'.", $"The model takes {spec}.");
    }

    private static Tensor FromContents(TensorSpec spec, long[] shape, int elements, InferTensorContents contents, TensorArena arena)
    {
        if (spec.Type == DataType.Bytes)
        {
            CheckCount(spec, elements, contents.BytesContents.Count);
            return new Tensor(spec.Name, spec.Type, shape, default, [.. contents.BytesContents.Select(text => text.Memory)]);
        }
        var count = spec.Type switch
        {
            DataType.Bool => contents.BoolContents.Count,
            DataType.Int8 or DataType.Int16 or DataType.Int32 => contents.IntContents.Count,
            DataType.Int64 => contents.Int64Contents.Count,
            DataType.Uint8 or DataType.Uint16 or DataType.Uint32 => contents.UintContents.Count,
            DataType.Uint64 => contents.Uint64Contents.Count,
            DataType.Fp32 => contents.Fp32Contents.Count,
            DataType.Fp64 => contents.Fp64Contents.Count,
            _ => throw RequestException.Bad($"Input '{spec.Name}' of {spec.Type.Name()} has no form in contents.", "Send it in raw_input_contents."),
        };
        CheckCount(spec, elements, count);
        var data = arena.Rent(elements * spec.Type.Size());
        Copy(spec, contents, data.Span);
        return new Tensor(spec.Name, spec.Type, shape, data);
    }

    private static void CheckCount(TensorSpec spec, int elements, int count)
    {
        if (count != elements)
        {
            throw RequestException.Bad(
                $"Input '{spec.Name}' needs {elements} elements, and its contents have {count} of {spec.Type.Name()}.", "Fill the contents of the datatype, as many as the shape says.");
        }
    }

    private static void Copy(TensorSpec spec, InferTensorContents contents, Span<byte> data)
    {
        switch (spec.Type)
        {
            case DataType.Bool: Fill(contents.BoolContents, data, value => (byte)(value ? 1 : 0)); break;
            case DataType.Int8: Fill(contents.IntContents, data, value => Narrow<int, sbyte>(spec, value)); break;
            case DataType.Int16: Fill(contents.IntContents, data, value => Narrow<int, short>(spec, value)); break;
            case DataType.Int32: Fill(contents.IntContents, data, value => value); break;
            case DataType.Int64: Fill(contents.Int64Contents, data, value => value); break;
            case DataType.Uint8: Fill(contents.UintContents, data, value => Narrow<uint, byte>(spec, value)); break;
            case DataType.Uint16: Fill(contents.UintContents, data, value => Narrow<uint, ushort>(spec, value)); break;
            case DataType.Uint32: Fill(contents.UintContents, data, value => value); break;
            case DataType.Uint64: Fill(contents.Uint64Contents, data, value => value); break;
            case DataType.Fp32: Fill(contents.Fp32Contents, data, value => value); break;
            default: Fill(contents.Fp64Contents, data, value => value); break;
        }
    }

    private static void Fill<TFrom, TTo>(Google.Protobuf.Collections.RepeatedField<TFrom> from, Span<byte> data, Func<TFrom, TTo> convert)
        where TTo : unmanaged
    {
        var to = MemoryMarshal.Cast<byte, TTo>(data);
        for (var i = 0; i < from.Count; i++)
        {
            to[i] = convert(from[i]);
        }
    }

    private static TTo Narrow<TFrom, TTo>(TensorSpec spec, TFrom value)
        where TFrom : System.Numerics.INumberBase<TFrom>
        where TTo : System.Numerics.INumberBase<TTo>
    {
        try
        {
            return TTo.CreateChecked(value);
        }
        catch (OverflowException)
        {
            throw RequestException.Bad($"'{spec.Name}' holds {value}, which is no {spec.Type.Name()}.", $"Send values that {spec.Type.Name()} can hold.");
        }
    }

    private static ByteString Raw(OutputTensor output)
    {
        if (output.Type != DataType.Bytes)
        {
            return ByteString.CopyFrom(output.Data);
        }
        using var bytes = new PooledWriter();
        InferAnswer.WriteBytes(bytes, output);
        return ByteString.CopyFrom(bytes.Written.Span);
    }

    private static InferTensorContents Contents(OutputTensor output)
    {
        var contents = new InferTensorContents();
        switch (output.Type)
        {
            case DataType.Bool: contents.BoolContents.AddRange(output.Data.ToArray().Select(value => value != 0)); break;
            case DataType.Int8: contents.IntContents.AddRange(output.Data.ToArray().Select(value => (int)(sbyte)value)); break;
            case DataType.Int16: contents.IntContents.AddRange(Array<short>(output).Select(value => (int)value)); break;
            case DataType.Int32: contents.IntContents.AddRange(Array<int>(output)); break;
            case DataType.Int64: contents.Int64Contents.AddRange(Array<long>(output)); break;
            case DataType.Uint8: contents.UintContents.AddRange(output.Data.ToArray().Select(value => (uint)value)); break;
            case DataType.Uint16: contents.UintContents.AddRange(Array<ushort>(output).Select(value => (uint)value)); break;
            case DataType.Uint32: contents.UintContents.AddRange(Array<uint>(output)); break;
            case DataType.Uint64: contents.Uint64Contents.AddRange(Array<ulong>(output)); break;
            case DataType.Fp32: contents.Fp32Contents.AddRange(Array<float>(output)); break;
            case DataType.Fp64: contents.Fp64Contents.AddRange(Array<double>(output)); break;
            default: contents.BytesContents.AddRange(Enumerable.Range(0, output.Elements).Select(i => ByteString.CopyFrom(output.Text(i)))); break;
        }
        return contents;
    }

    private static T[] Array<T>(OutputTensor output)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(output.Data).ToArray();

    private static RequestException Unknown(string name, IEnumerable<OutputTensor> outputs) => RequestException.Bad(
        $"The model has no output '{Printable.Cut(name)}'.", $"The model gives: {string.Join(", ", outputs.Select(output => $"'{output.Name}'"))}.");
}
