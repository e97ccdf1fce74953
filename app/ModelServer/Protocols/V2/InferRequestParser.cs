using System.Text.Json;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Protocols.V2;

/// <summary>Reads the JSON part of an inference request. Elements are left where they stand: only their types say what they are, and types may follow them.</summary>
internal static class InferRequestParser
{
    private const int MaxTensors = 256;
    private const int MaxName = 1024;

    /// <exception cref="RequestException">Not as the protocol says (400).</exception>
    /// <exception cref="JsonException">Not JSON.</exception>
    public static InferRequest Parse(ReadOnlySpan<byte> json)
    {
        var request = new InferRequest();
        var hasInputs = false;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        Expect(ref reader, JsonTokenType.StartObject, "The body", "an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                request.Id = reader.TokenType == JsonTokenType.Null ? null : Text(ref reader, "'id'");
            }
            else if (reader.ValueTextEquals("inputs"u8))
            {
                reader.Read();
                hasInputs = true;
                ReadInputs(ref reader, request.Inputs);
            }
            else if (reader.ValueTextEquals("outputs"u8))
            {
                reader.Read();
                request.Outputs = reader.TokenType == JsonTokenType.Null ? null : ReadOutputs(ref reader);
            }
            else if (reader.ValueTextEquals("parameters"u8))
            {
                reader.Read();
                request.BinaryOutputs = ReadParameters(ref reader).BinaryOutputs;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        reader.Read(); // fails when anything follows the object
        return hasInputs ? request : throw RequestException.Bad("The body has no 'inputs'.", "Send {\"inputs\": [{\"name\", \"shape\", \"datatype\", \"data\"}]}.");
    }

    private static void ReadInputs(ref Utf8JsonReader reader, List<InferInput> inputs)
    {
        Expect(ref reader, JsonTokenType.StartArray, "'inputs'", "an array");
        inputs.Clear();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(ref reader, JsonTokenType.StartObject, "An element of 'inputs'", "an object");
            if (inputs.Count == MaxTensors)
            {
                throw TooMany("inputs");
            }
            inputs.Add(ReadInput(ref reader));
        }
    }

    private static InferInput ReadInput(ref Utf8JsonReader reader)
    {
        var input = new InferInput();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                reader.Read();
                input.Name = Text(ref reader, "'name' of an input");
            }
            else if (reader.ValueTextEquals("datatype"u8))
            {
                reader.Read();
                input.DataType = Text(ref reader, "'datatype' of an input");
            }
            else if (reader.ValueTextEquals("shape"u8))
            {
                reader.Read();
                input.Shape = ReadShape(ref reader);
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                input.Data = start..(int)reader.BytesConsumed;
            }
            else if (reader.ValueTextEquals("parameters"u8))
            {
                reader.Read();
                input.BinarySize = ReadParameters(ref reader).BinarySize;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        return input;
    }

    private static List<long> ReadShape(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartArray, "'shape'", "an array");
        var shape = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (shape.Count == Shape.MaxRank)
            {
                throw RequestException.Bad($"'shape' has more than {Shape.MaxRank} dimensions.", "Send fewer.");
            }
            shape.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var side)
                ? side
                : throw RequestException.Bad("'shape' holds something that is no whole number.", "Send the length of each dimension."));
        }
        return shape;
    }

    private static List<InferOutput>? ReadOutputs(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartArray, "'outputs'", "an array");
        var outputs = new List<InferOutput>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(ref reader, JsonTokenType.StartObject, "An element of 'outputs'", "an object");
            if (outputs.Count == MaxTensors)
            {
                throw TooMany("outputs");
            }
            outputs.Add(ReadOutput(ref reader));
        }
        // None named is all wanted, as when the field is left out.
        return outputs.Count == 0 ? null : outputs;
    }

    private static InferOutput ReadOutput(ref Utf8JsonReader reader)
    {
        string? name = null;
        bool? binary = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                reader.Read();
                name = Text(ref reader, "'name' of an output");
            }
            else if (reader.ValueTextEquals("parameters"u8))
            {
                reader.Read();
                binary = ReadParameters(ref reader).Binary;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        return new InferOutput(name ?? throw RequestException.Bad("An element of 'outputs' has no 'name'.", "Name the output."), binary);
    }

    // The parameters of the binary tensor data extension; others are for other servers.
    private static (int? BinarySize, bool? Binary, bool BinaryOutputs) ReadParameters(ref Utf8JsonReader reader)
    {
        (int? BinarySize, bool? Binary, bool BinaryOutputs) found = default;
        if (reader.TokenType == JsonTokenType.Null)
        {
            return found;
        }
        Expect(ref reader, JsonTokenType.StartObject, "'parameters'", "an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("binary_data_size"u8))
            {
                reader.Read();
                found.BinarySize = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var size) && size >= 0
                    ? size
                    : throw RequestException.Bad("'binary_data_size' is no number of bytes.", "Send the length of the tensor's binary part.");
            }
            else if (reader.ValueTextEquals("binary_data"u8))
            {
                reader.Read();
                found.Binary = Flag(ref reader, "'binary_data'");
            }
            else if (reader.ValueTextEquals("binary_data_output"u8))
            {
                reader.Read();
                found.BinaryOutputs = Flag(ref reader, "'binary_data_output'");
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        return found;
    }

    private static bool Flag(ref Utf8JsonReader reader, string what) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw RequestException.Bad($"{what} is neither true nor false.", "Send true or false."),
    };

    private static string Text(ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw RequestException.Bad($"{what} is no text.", "Send a text.");
        }
        return reader.ValueSpan.Length <= MaxName ? reader.GetString()! : throw RequestException.Bad($"{what} is longer than {MaxName} bytes.", "Send a shorter one.");
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what, string expected)
    {
        if (reader.TokenType != type)
        {
            throw RequestException.Bad($"{what} is not {expected}.", "Send a body as the Open Inference Protocol describes it.");
        }
    }

    private static RequestException TooMany(string what) => RequestException.Bad($"There are more than {MaxTensors} {what}.", "Send fewer.");
}
