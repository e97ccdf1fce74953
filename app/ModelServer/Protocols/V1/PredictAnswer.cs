using System.Text.Encodings.Web;
using System.Text.Json;
using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Protocols.Json;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Protocols.V1;

/// <summary>Writes <c>{"predictions": […]}</c>.</summary>
internal static class PredictAnswer
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// One output: its rows. Several with the same number of rows: an object for each row. Else: an object with the whole of each.
    /// </summary>
    public static void Write(PooledWriter answer, IReadOnlyList<OutputTensor> outputs)
    {
        using var json = new Utf8JsonWriter(answer, Options);
        json.WriteStartObject();
        json.WritePropertyName("predictions");
        if (outputs.Count == 1)
        {
            TensorJson.WriteNested(json, outputs[0]);
        }
        else if (outputs.All(output => output.Shape.Length > 0 && output.Shape[0] == outputs[0].Shape.FirstOrDefault(-1)))
        {
            WriteRows(json, outputs);
        }
        else
        {
            WriteColumns(json, outputs);
        }
        json.WriteEndObject();
    }

    /// <summary>An object for each picture: its likeliest class and the probabilities of all.</summary>
    public static void Write(PooledWriter answer, ModelDescription model, IEnumerable<float[]> pictures)
    {
        using var json = new Utf8JsonWriter(answer, Options);
        json.WriteStartObject();
        json.WriteStartArray("predictions");
        foreach (var probabilities in pictures)
        {
            WritePicture(json, Prediction.Ranked(model, probabilities));
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRows(Utf8JsonWriter json, IReadOnlyList<OutputTensor> outputs)
    {
        json.WriteStartArray();
        for (var row = 0; row < outputs[0].Shape[0]; row++)
        {
            json.WriteStartObject();
            foreach (var output in outputs)
            {
                json.WritePropertyName(output.Name);
                TensorJson.WriteRow(json, output, row);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteColumns(Utf8JsonWriter json, IReadOnlyList<OutputTensor> outputs)
    {
        json.WriteStartObject();
        foreach (var output in outputs)
        {
            json.WritePropertyName(output.Name);
            TensorJson.WriteNested(json, output);
        }
        json.WriteEndObject();
    }

    private static void WritePicture(Utf8JsonWriter json, ClassProbability[] classes)
    {
        json.WriteStartObject();
        json.WriteString("prediction", classes[0].Label);
        json.WriteNumber("probability", classes[0].Probability);
        json.WriteStartArray("classes");
        foreach (var (label, probability) in classes)
        {
            json.WriteStartObject();
            json.WriteString("label", label);
            json.WriteNumber("probability", probability);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
