using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.ModelConversion.Keras;
using Scalelab.ModelConversion.Layers;
using Scalelab.ModelConversion.Onnx;

namespace Scalelab.ModelConversion;

/// <summary>Turns a saved Keras classifier of pictures into a folder that the model server serves.</summary>
public static class ModelConverter
{
    private const int InputsToCompare = 2;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Converts a model and proves it. The folder is written whole, or not at all.</summary>
    /// <param name="options">What to convert, and where to.</param>
    /// <param name="progress">Told, in a sentence, what is done next.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ConversionException">The file is damaged, a layer is not converted, or the outputs do not agree.</exception>
    public static async Task<ConversionReport> ConvertAsync(ConversionOptions options, Action<string> progress, CancellationToken cancellationToken)
    {
        var target = Path.GetFullPath(options.Folder);
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any(entry => Path.GetFileName(entry) is not ("model.onnx" or "model.json")))
        {
            throw new ConversionException($"{target} holds other files. Name a folder that is new, empty, or holds a model already.");
        }
        progress($"Reading {Path.GetFileName(options.File)}");
        using var file = KerasFile.Open(options.File);
        var network = Pictures.Adapt(NetworkReader.Read(file), file.Name);
        var outputs = network.Shape(network.Output);
        var takesBytes = network.Steps.Any(step => LayerCatalog.IsPreprocessing(step.ClassName));
        var scaling = options.Scaling ?? (takesBytes ? "0..255" : "0..1");
        var description = Describe(options, network, outputs[^1], scaling);

        var work = Directory.CreateDirectory($"{target}.converting-{Environment.ProcessId}").FullName;
        try
        {
            var path = Path.Combine(work, "model.onnx");
            progress($"Writing {network.Steps.Count} layers");
            await OnnxWriter.WriteAsync(network, path, cancellationToken).ConfigureAwait(false);
            progress("Comparing ONNX Runtime with the reference pass");
            var (least, most) = scaling switch { "0..255" => (0.0, 255.0), "-1..1" => (-1.0, 1.0), _ => (0.0, 1.0) };
            var difference = await Task.Run(() => Proof.Compare(network, path, least, most, InputsToCompare, cancellationToken), cancellationToken).ConfigureAwait(false);
            await File.WriteAllTextAsync(Path.Combine(work, "model.json"), description.ToJsonString(Json) + "\n", cancellationToken).ConfigureAwait(false);
            Directory.CreateDirectory(target);
            foreach (var name in new[] { "model.onnx", "model.json" })
            {
                File.Move(Path.Combine(work, name), Path.Combine(target, name), overwrite: true);
            }
            return new ConversionReport(
                target, network.Steps.Count, network.Input[0], [.. description["labels"]!.AsArray().Select(label => (string)label!)], options.Labels is null, scaling, takesBytes,
                difference, Proof.Tolerance, InputsToCompare);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static JsonObject Describe(ConversionOptions options, Network network, int count, string scaling)
    {
        var labels = options.Labels ?? [.. Enumerable.Range(0, count).Select(i => $"class {i}")];
        if (labels.Count != count)
        {
            throw new ConversionException($"{Path.GetFileName(options.File)} tells {count} classes apart, and {labels.Count} labels are given. Give one for each, in the order of training.");
        }
        var size = network.Input[0];
        return new JsonObject
        {
            ["name"] = Path.GetFileNameWithoutExtension(options.File),
            ["about"] = $"Converted from the Keras model {Path.GetFileName(options.File)}.",
            ["layout"] = "NHWC",
            ["size"] = size,
            ["resize"] = new JsonObject { ["mode"] = "stretch", ["to"] = size, ["filter"] = "bicubic" },
            ["crop"] = "none",
            ["scaling"] = scaling,
            ["activation"] = Pictures.GivesProbabilities(network) ? "none" : "softmax",
            ["labels"] = new JsonArray([.. labels.Select(label => (JsonNode)label)]),
        };
    }
}
