using System.Text.Json;
using Scalelab.ModelServer.Protocols.Json;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Protocols.V1;

/// <summary>Reads the body of <c>:predict</c>: <c>{"instances": […]}</c>, row by row, or <c>{"inputs": …}</c>, column by column.</summary>
internal static class PredictRequestParser
{
    private const string Fix = "Send {\"instances\": [...]} with one element for each row, or {\"inputs\": ...} with one array for each input.";

    /// <exception cref="RequestException">Neither is there (400).</exception>
    /// <exception cref="JsonException">Not JSON.</exception>
    public static PredictRequest Parse(ReadOnlySpan<byte> json)
    {
        PredictRequest? found = null;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw RequestException.Bad("The body is JSON, but not an object.", Fix);
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var instances = reader.ValueTextEquals("instances"u8);
            var wanted = instances || reader.ValueTextEquals("inputs"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (wanted)
            {
                found = new PredictRequest(start..(int)reader.BytesConsumed, !instances);
            }
        }
        reader.Read(); // fails when anything follows the object
        return found ?? throw RequestException.Bad("The body has neither 'instances' nor 'inputs'.", Fix);
    }

    /// <summary>Makes tensors of the values.</summary>
    /// <exception cref="RequestException">They do not fit what the network takes (400).</exception>
    public static List<Tensor> ReadTensors(PredictRequest request, ReadOnlySpan<byte> json, IReadOnlyList<TensorSpec> specs, TensorArena arena)
    {
        var reader = new Utf8JsonReader(json[request.Values]);
        reader.Read();
        if (request.ByColumn)
        {
            return reader.TokenType == JsonTokenType.StartObject ? ReadColumns(ref reader, specs, arena) : [ReadOnly(ref reader, specs, arena)];
        }
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw RequestException.Bad("'instances' is no array.", Fix);
        }
        var first = reader;
        first.Read();
        return first.TokenType switch
        {
            JsonTokenType.EndArray => throw RequestException.Bad("'instances' is empty.", Fix),
            JsonTokenType.StartObject => ReadRows(ref reader, specs, arena),
            _ => [ReadOnly(ref reader, specs, arena)],
        };
    }

    private static Tensor ReadOnly(ref Utf8JsonReader reader, IReadOnlyList<TensorSpec> specs, TensorArena arena)
    {
        if (specs.Count != 1)
        {
            throw RequestException.Bad(
                $"The model has {specs.Count} inputs, and values are sent for none by name.", $"Send each row as an object with {string.Join(", ", specs.Select(spec => $"'{spec.Name}'"))}.");
        }
        var values = new NestedReader(specs[0].Name, specs[0].Type, arena);
        values.Read(ref reader, 0);
        return values.ToTensor(inSteps: false);
    }

    private static List<Tensor> ReadColumns(ref Utf8JsonReader reader, IReadOnlyList<TensorSpec> specs, TensorArena arena)
    {
        var tensors = new List<Tensor>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var spec = TensorChecks.Spec(specs, reader.GetString()!);
            if (tensors.Any(tensor => tensor.Name == spec.Name))
            {
                throw RequestException.Bad($"Input '{spec.Name}' is sent twice.", "Send each input once.");
            }
            reader.Read();
            var values = new NestedReader(spec.Name, spec.Type, arena);
            values.Read(ref reader, 0);
            tensors.Add(values.ToTensor(inSteps: false));
        }
        return tensors;
    }

    private static List<Tensor> ReadRows(ref Utf8JsonReader reader, IReadOnlyList<TensorSpec> specs, TensorArena arena)
    {
        var columns = specs.Select(spec => (spec.Name, Values: new NestedReader(spec.Name, spec.Type, arena))).ToList();
        var rows = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw RequestException.Bad($"Row {rows} is no object, as the rows before it are.", Fix);
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = TensorChecks.Spec(specs, reader.GetString()!).Name;
                reader.Read();
                columns.First(column => column.Name == name).Values.Read(ref reader, 1);
            }
            rows++;
            if (columns.FirstOrDefault(column => column.Values.Steps != rows) is { Name: { } wrong })
            {
                throw RequestException.Bad($"Row {rows - 1} does not hold '{wrong}' once.", $"Send {string.Join(", ", specs.Select(spec => $"'{spec.Name}'"))} in every row.");
            }
        }
        return [.. columns.Select(column => column.Values.ToTensor(inSteps: true))];
    }
}
