using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using Scalelab.ModelServer.Protocols.Json;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Protocols.V2;

/// <summary>Writes the answer to an inference request: JSON, and after it the outputs that are wanted in binary form.</summary>
internal static class InferAnswer
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>The length of the JSON when something follows it, else null.</returns>
    public static int? Write(PooledWriter answer, string model, string version, InferRequest request, IReadOnlyList<OutputTensor> outputs)
    {
        var binary = outputs.Select((_, i) => request.Outputs?[i].Binary ?? request.BinaryOutputs).ToArray();
        using (var json = new Utf8JsonWriter(answer, Options))
        {
            json.WriteStartObject();
            json.WriteString("model_name", model);
            json.WriteString("model_version", version);
            if (request.Id is not null)
            {
                json.WriteString("id", request.Id);
            }
            json.WriteStartArray("outputs");
            for (var i = 0; i < outputs.Count; i++)
            {
                WriteOutput(json, outputs[i], binary[i]);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        if (!binary.Contains(true))
        {
            return null;
        }
        var length = answer.Length;
        for (var i = 0; i < outputs.Count; i++)
        {
            if (binary[i])
            {
                WriteBytes(answer, outputs[i]);
            }
        }
        return length;
    }

    private static void WriteOutput(Utf8JsonWriter json, OutputTensor output, bool binary)
    {
        json.WriteStartObject();
        json.WriteString("name", output.Name);
        json.WriteString("datatype", output.Type.Name());
        json.WriteStartArray("shape");
        foreach (var side in output.Shape)
        {
            json.WriteNumberValue(side);
        }
        json.WriteEndArray();
        if (binary)
        {
            json.WriteStartObject("parameters");
            json.WriteNumber("binary_data_size", Size(output));
            json.WriteEndObject();
        }
        else
        {
            json.WritePropertyName("data");
            TensorJson.WriteFlat(json, output);
        }
        json.WriteEndObject();
    }

    private static long Size(OutputTensor output)
    {
        if (output.Type != DataType.Bytes)
        {
            return output.Data.Length;
        }
        var size = 0L;
        for (var i = 0; i < output.Elements; i++)
        {
            size += sizeof(uint) + output.Text(i).Length;
        }
        return size;
    }

    /// <summary>The elements as they stand on the wire.</summary>
    public static void WriteBytes(PooledWriter answer, OutputTensor output)
    {
        if (output.Type != DataType.Bytes)
        {
            answer.Write(output.Data);
            return;
        }
        for (var i = 0; i < output.Elements; i++)
        {
            var text = output.Text(i);
            BinaryPrimitives.WriteUInt32LittleEndian(answer.GetSpan(sizeof(uint)), (uint)text.Length);
            answer.Advance(sizeof(uint));
            answer.Write(text);
        }
    }
}
