namespace Scalelab.ModelConversion.Tests;

/// <summary>
/// VGG16 and MobileNetV2, which are too large to keep: <c>node Fixtures/make.js FOLDER vgg16 mobilenetv2</c> and
/// <c>python3 Fixtures/make.py FOLDER vgg16 mobilenetv2</c> make them.
/// </summary>
public sealed class LargeModelTests
{
    private const string Variable = "KERAS_MODELS";

    [Fact]
    public async Task Convert_LargeModels_PredictWhatTensorFlowPredicts()
    {
        var folder = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipUnless(Directory.Exists(folder), $"{Variable} names no folder of large models.");
        foreach (var file in Directory.GetFiles(folder, "*.h5"))
        {
            using var model = new ConvertedModel(file);
            var report = await model.ConvertAsync();

            TestContext.Current.SendDiagnosticMessage($"{Path.GetFileName(file)}: {report.Layers} layers, the two passes differ by {report.Difference:0.0e+0}");
            var (input, expected) = ConvertedModel.Expected(file);
            ConvertedModel.AssertClose(expected, model.Predict(input));
        }
    }
}
