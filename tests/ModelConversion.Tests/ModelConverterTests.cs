using System.Text.Json.Nodes;
using Scalelab.ModelConversion.Numbers;

namespace Scalelab.ModelConversion.Tests;

/// <summary>Against what TensorFlow's own layers predict with the same weights (Fixtures/make.js).</summary>
public sealed class ModelConverterTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("model-conversion-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("sequential.h5")]
    [InlineData("sequential.keras")]
    [InlineData("windows.h5")]
    [InlineData("merges.h5")]
    [InlineData("merges.keras")]
    [InlineData("nested.h5")]
    [InlineData("nested.keras")]
    public async Task Convert_Model_PredictsWhatTensorFlowPredicts(string file)
    {
        var report = await ConvertAsync(file);

        var (input, expected) = Expected(file);
        Assert.Equal(expected.Length, report.Labels.Count);
        AssertClose(expected, Predict(input));
        Assert.InRange(report.Difference, 0, 1e-5);
    }

    [Fact]
    public async Task Convert_SingleSigmoid_BecomesTwoClasses()
    {
        await ConvertAsync("activations.h5");

        var (input, expected) = Expected("activations.h5");
        AssertClose([1 - expected[0], expected[0]], Predict(input));
        Assert.Equal("none", (string?)Description()["activation"]);
    }

    [Fact]
    public async Task Convert_GreyPictures_TakesTheLuminanceOfColours()
    {
        await ConvertAsync("grey.h5");

        var (input, expected) = Expected("grey.h5");
        var colours = new Tensor([5, 5, 3], [.. input.Data.SelectMany(value => new[] { value, value, value })]);
        AssertClose(expected, Predict(colours));
    }

    [Theory]
    [InlineData("sequential.h5", "0..1", "none")]
    [InlineData("nested.h5", "0..255", "none")]
    [InlineData("windows.h5", "0..1", "softmax")]
    public async Task Convert_Model_DescribesItAsKerasPreparesPictures(string file, string scaling, string activation)
    {
        var report = await ConvertAsync(file);

        var description = Description();
        Assert.Equal(("NHWC", scaling, activation), ((string?)description["layout"], (string?)description["scaling"], (string?)description["activation"]));
        Assert.Equal(("stretch", "bicubic", report.Size), ((string?)description["resize"]!["mode"], (string?)description["resize"]!["filter"], (int)description["resize"]!["to"]!));
        Assert.True(report.AreLabelsNumbers);
    }

    [Fact]
    public async Task Convert_WithLabelsAndScaling_WritesThem()
    {
        await ConvertAsync("nested.h5", options => options with { Labels = ["a", "b", "c", "d"], Scaling = "-1..1" });

        Assert.Equal(["a", "b", "c", "d"], Description()["labels"]!.AsArray().Select(label => (string?)label));
        Assert.Equal("-1..1", (string?)Description()["scaling"]);
    }

    [Fact]
    public async Task Convert_AnotherNumberOfLabels_IsRefusedAndLeavesNothing()
    {
        var error = await Assert.ThrowsAsync<ConversionException>(() => ConvertAsync("nested.h5", options => options with { Labels = ["a"] }));

        Assert.Contains("4 classes apart, and 1 labels are given", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.EnumerateFileSystemInfos());
    }

    [Fact]
    public async Task Convert_FolderHoldsOtherFiles_TouchesNothing()
    {
        var target = _folder.CreateSubdirectory("out");
        await File.WriteAllTextAsync(Path.Combine(target.FullName, "thesis.doc"), "", Cancellation);

        var error = await Assert.ThrowsAsync<ConversionException>(() => ConvertAsync("grey.h5"));

        Assert.Contains("holds other files", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_Again_ReplacesTheModel()
    {
        await ConvertAsync("grey.h5");
        await ConvertAsync("sequential.h5");

        Assert.Equal("sequential", (string?)Description()["name"]);
        Assert.Equal(["model.json", "model.onnx"], Directory.GetFiles(Output).Select(Path.GetFileName).Order());
    }

    private string Output => Path.Combine(_folder.FullName, "out");

    private Task<ConversionReport> ConvertAsync(string file, Func<ConversionOptions, ConversionOptions>? configure = null)
    {
        var options = new ConversionOptions { File = Fixture.Path(file), Folder = Output };
        return ModelConverter.ConvertAsync(configure?.Invoke(options) ?? options, _ => { }, Cancellation);
    }

    private float[] Predict(Tensor input)
    {
        using var session = Proof.Open(Path.Combine(Output, "model.onnx"));
        return Proof.Run(session, input);
    }

    private JsonNode Description() => JsonNode.Parse(File.ReadAllText(Path.Combine(Output, "model.json")))!;

    private static (Tensor Input, float[] Output) Expected(string file)
    {
        var json = JsonNode.Parse(File.ReadAllText(Fixture.Path($"{Path.GetFileNameWithoutExtension(file)}.expected.json")))!;
        var input = new Tensor(
            [.. json["input"]!["shape"]!.AsArray().Select(side => (int)side!)], [.. json["input"]!["data"]!.AsArray().Select(value => (double)value!)]);
        return (input, [.. json["output"]!.AsArray().Select(value => (float)value!)]);
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
