using System.Text.Json.Nodes;
using Scalelab.ModelConversion.Numbers;

namespace Scalelab.ModelConversion.Tests;

/// <summary>A model, and the folder that it is converted to; gone when disposed of.</summary>
internal sealed class ConvertedModel(string file) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("model-conversion-");

    /// <summary>The folder that the output's folder is in.</summary>
    public DirectoryInfo Parent => _folder;

    public string Folder => Path.Combine(_folder.FullName, "out");

    /// <summary>What TensorFlow predicts, and for what.</summary>
    public static (Tensor Input, float[] Output) Expected(string file)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(file, ".expected.json")))!;
        var input = new Tensor(
            [.. json["input"]!["shape"]!.AsArray().Select(side => (int)side!)], [.. json["input"]!["data"]!.AsArray().Select(value => (double)value!)]);
        return (input, [.. json["output"]!.AsArray().Select(value => (float)value!)]);
    }

    public static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    public Task<ConversionReport> ConvertAsync(Func<ConversionOptions, ConversionOptions>? configure = null)
    {
        var options = new ConversionOptions { File = file, Folder = Folder };
        return ModelConverter.ConvertAsync(configure?.Invoke(options) ?? options, _ => { }, TestContext.Current.CancellationToken);
    }

    public float[] Predict(Tensor input)
    {
        using var session = Proof.Open(Path.Combine(Folder, "model.onnx"));
        return Proof.Run(session, input);
    }

    public JsonNode Description() => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "model.json")))!;

    public void Dispose() => _folder.Delete(recursive: true);
}
