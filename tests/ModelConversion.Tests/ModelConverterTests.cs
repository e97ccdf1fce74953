using Scalelab.ModelConversion.Numbers;

namespace Scalelab.ModelConversion.Tests;

/// <summary>Against what TensorFlow's own layers predict with the same weights (Fixtures/make.js).</summary>
public sealed class ModelConverterTests
{

    [Theory]
    [InlineData("sequential.h5")]
    [InlineData("sequential.keras")]
    [InlineData("windows.h5")]
    [InlineData("merges.h5")]
    [InlineData("merges.keras")]
    [InlineData("preprocessed.h5")]
    [InlineData("preprocessed.keras")]
    [InlineData("nested.h5")]
    [InlineData("nested.keras")]
    public async Task Convert_Model_PredictsWhatTensorFlowPredicts(string file)
    {
        using var model = new ConvertedModel(Fixture.Path(file));
        var report = await model.ConvertAsync();

        var (input, expected) = ConvertedModel.Expected(Fixture.Path(file));
        Assert.Equal(expected.Length, report.Labels.Count);
        ConvertedModel.AssertClose(expected, model.Predict(input));
        Assert.InRange(report.Difference, 0, 1e-5);
    }

    [Fact]
    public async Task Convert_SingleSigmoid_BecomesTwoClasses()
    {
        using var model = new ConvertedModel(Fixture.Path("activations.h5"));
        await model.ConvertAsync();

        var (input, expected) = ConvertedModel.Expected(Fixture.Path("activations.h5"));
        ConvertedModel.AssertClose([1 - expected[0], expected[0]], model.Predict(input));
        Assert.Equal("none", (string?)model.Description()["activation"]);
    }

    [Fact]
    public async Task Convert_GreyPictures_TakesTheLuminanceOfColours()
    {
        using var model = new ConvertedModel(Fixture.Path("grey.h5"));
        await model.ConvertAsync();

        var (input, expected) = ConvertedModel.Expected(Fixture.Path("grey.h5"));
        var colours = new Tensor([5, 5, 3], [.. input.Data.SelectMany(value => new[] { value, value, value })]);
        ConvertedModel.AssertClose(expected, model.Predict(colours));
    }

    [Theory]
    [InlineData("sequential.h5", "0..1", "none")]
    [InlineData("nested.h5", "0..255", "none")]
    [InlineData("preprocessed.h5", "0..255", "none")]
    [InlineData("preprocessed.keras", "0..255", "none")]
    [InlineData("windows.h5", "0..1", "softmax")]
    public async Task Convert_Model_DescribesItAsKerasPreparesPictures(string file, string scaling, string activation)
    {
        using var model = new ConvertedModel(Fixture.Path(file));
        var report = await model.ConvertAsync();

        var description = model.Description();
        Assert.Equal(("NHWC", scaling, activation), ((string?)description["layout"], (string?)description["scaling"], (string?)description["activation"]));
        Assert.Equal(("stretch", "bicubic", report.Size), ((string?)description["resize"]!["mode"], (string?)description["resize"]!["filter"], (int)description["resize"]!["to"]!));
        Assert.True(report.AreLabelsNumbers);
    }

    [Fact]
    public async Task Convert_WithLabelsAndScaling_WritesThem()
    {
        using var model = new ConvertedModel(Fixture.Path("nested.h5"));
        await model.ConvertAsync(options => options with { Labels = ["a", "b", "c", "d"], Scaling = "-1..1" });

        Assert.Equal(["a", "b", "c", "d"], model.Description()["labels"]!.AsArray().Select(label => (string?)label));
        Assert.Equal("-1..1", (string?)model.Description()["scaling"]);
    }

    [Fact]
    public async Task Convert_AnotherNumberOfLabels_IsRefusedAndLeavesNothing()
    {
        using var model = new ConvertedModel(Fixture.Path("nested.h5"));

        var error = await Assert.ThrowsAsync<ConversionException>(() => model.ConvertAsync(options => options with { Labels = ["a"] }));

        Assert.Contains("4 classes apart, and 1 labels are given", error.Message, StringComparison.Ordinal);
        Assert.Empty(model.Parent.EnumerateFileSystemInfos());
    }

    [Fact]
    public async Task Convert_FolderHoldsOtherFiles_TouchesNothing()
    {
        using var model = new ConvertedModel(Fixture.Path("grey.h5"));
        Directory.CreateDirectory(model.Folder);
        await File.WriteAllTextAsync(Path.Combine(model.Folder, "thesis.doc"), "", TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<ConversionException>(() => model.ConvertAsync());

        Assert.Contains("holds other files", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_Again_ReplacesTheModel()
    {
        using var model = new ConvertedModel(Fixture.Path("grey.h5"));
        await model.ConvertAsync();
        await model.ConvertAsync(options => options with { File = Fixture.Path("sequential.h5") });

        Assert.Equal("sequential", (string?)model.Description()["name"]);
        Assert.Equal(["model.json", "model.onnx"], Directory.GetFiles(model.Folder).Select(Path.GetFileName).Order());
    }
}
