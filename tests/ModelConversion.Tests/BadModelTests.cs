using System.IO.Compression;
using System.Text.Json.Nodes;
using PureHDF;

namespace Scalelab.ModelConversion.Tests;

/// <summary>Files that are damaged, and models that cannot be converted: always one message, and nothing written.</summary>
public sealed class BadModelTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bad-models-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Convert_FileIsMissing_SaysSo() => Assert.Contains("does not exist", await RefusalAsync(Path.Combine(_folder.FullName, "none.h5")), StringComparison.Ordinal);

    [Fact]
    public async Task Convert_FileIsSomethingElse_SaysWhatIsTaken() => Assert.Contains("neither HDF5 nor a .keras file", await RefusalAsync(Write("a.h5", "hello"u8.ToArray())), StringComparison.Ordinal);

    [Theory]
    [InlineData("sequential.h5")]
    [InlineData("nested.keras")]
    public async Task Convert_FileIsCutOffAnywhere_SaysSoAndWritesNothing(string file)
    {
        var whole = await File.ReadAllBytesAsync(Fixture.Path(file), TestContext.Current.CancellationToken);
        foreach (var share in new[] { 0.01, 0.1, 0.3, 0.5, 0.7, 0.9 })
        {
            var path = Write(file, whole[..(int)(whole.Length * share)]);

            await RefusalAsync(path);
        }
    }

    [Fact]
    public async Task Convert_AnyByteIsWrong_NeverFailsWithoutAMessage()
    {
        var whole = await File.ReadAllBytesAsync(Fixture.Path("grey.h5"), TestContext.Current.CancellationToken);
#pragma warning disable CA5394 // Only has to be the same every time.
        var random = new Random(7);
        for (var round = 0; round < 60; round++)
        {
            var damaged = whole.ToArray();
            for (var i = 0; i < 8; i++)
            {
                damaged[random.Next(8, damaged.Length)] = (byte)random.Next(256);
            }
            // Some damage does not matter; what matters ends in the one kind of exception.
            try
            {
                await ConvertAsync(Write("grey.h5", damaged));
            }
            catch (ConversionException exception)
            {
                Assert.NotEqual("", exception.Message);
            }
        }
#pragma warning restore CA5394
    }

    [Fact]
    public async Task Convert_LambdaLayer_NamesItAndSaysWhatToDo()
    {
        var refusal = await RefusalAsync(Keras(model => Layer(model, "dropout")["class_name"] = "Lambda"));

        Assert.Contains("layer 'dropout' (Lambda) runs Python code", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_UnknownLayerInsideAModel_SaysWhereItStands()
    {
        var refusal = await RefusalAsync(Keras(model => Layer(Layer(model, "base"), "pool")["class_name"] = "MyPooling", "nested.keras"));

        Assert.Contains("layer 'pool' (MyPooling) in 'base' is of a kind that is not converted. Converted are", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_SubclassedModel_SaysWhatToBuildInstead()
    {
        var refusal = await RefusalAsync(Keras(model =>
        {
            model["class_name"] = "MyModel";
            model["config"] = new JsonObject();
        }));

        Assert.Contains("MyModel whose layers are Python code", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("conv2d", "filters", "5", "needs its kernel of shape [3, 3, 3, 5], and [3, 3, 3, 4] is stored")]
    [InlineData("conv2d", "filters", "-1", "has filters -1, and a whole number from 1 is expected")]
    [InlineData("conv2d", "kernel_size", "\"x\"", "has kernel_size \"x\"")]
    [InlineData("conv2d", "padding", "\"causal\"", "has padding 'causal'")]
    [InlineData("conv2d", "activation", "\"sine\"", "has the activation 'sine'")]
    [InlineData("conv2d", "data_format", "\"channels_first\"", "Only channels_last is converted")]
    [InlineData("conv2d", "kernel_size", "[99, 99]", "looks at 99 × 99 pixels")]
    [InlineData("batch_normalization", "axis", "1", "another axis than the last")]
    [InlineData("conv2d", "use_bias", "7", "has use_bias 7")]
    public async Task Convert_SettingThatCannotBe_NamesTheLayerAndTheSetting(string layer, string setting, string value, string message)
    {
        var refusal = await RefusalAsync(Keras(model => Layer(model, layer)["config"]![setting] = JsonNode.Parse(value)));

        Assert.Contains($"layer '{layer}'", refusal, StringComparison.Ordinal);
        Assert.Contains(message, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_PicturesOfAnySize_SaysHowToFixOne()
    {
        var refusal = await RefusalAsync(Keras(model => Layer(model, "input_layer")["config"]!["batch_shape"] = new JsonArray(null, null, null, 3)));

        Assert.Contains("takes inputs of shape [any, any, 3]", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_NoPictures_SaysWhatIsServed()
    {
        var refusal = await RefusalAsync(Keras(model => Layer(model, "pictures")["config"]!["batch_shape"] = new JsonArray(null, 8, 9, 3), "merges.keras"));

        Assert.Contains("takes inputs of shape [8, 9, 3]", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_WeightsOnly_SaysWhatToSave()
    {
        var path = Path.Combine(_folder.FullName, "weights.h5");
        new H5File { ["dense"] = new H5Group { ["kernel"] = new float[] { 1, 2 } } }.Write(path);

        Assert.Contains("holds weights without a model", await RefusalAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_WeightsOfALayerAreMissing_NamesIt()
    {
        // The layer got another name, so nothing is stored under it.
        var path = Keras(model => Layer(model, "dense_1")["class_name"] = "SeparableConv2D");

        Assert.Contains("'dense_1'", await RefusalAsync(path), StringComparison.Ordinal);
    }

    private string Keras(Action<JsonNode> change, string file = "sequential.keras")
    {
        var path = Path.Combine(_folder.FullName, file);
        File.Copy(Fixture.Path(file), path, overwrite: true);
        using var zip = ZipFile.Open(path, ZipArchiveMode.Update);
        var entry = zip.GetEntry("config.json")!;
        JsonNode model;
        using (var reader = entry.Open())
        {
            model = JsonNode.Parse(reader)!;
        }
        change(model);
        entry.Delete();
        using var writer = new StreamWriter(zip.CreateEntry("config.json").Open());
        writer.Write(model.ToJsonString());
        return path;
    }

    private static JsonNode Layer(JsonNode model, string name) => model["config"]!["layers"]!.AsArray().First(layer => (string?)layer!["config"]!["name"] == name)!;

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private Task<ConversionReport> ConvertAsync(string path) => ModelConverter.ConvertAsync(
        new ConversionOptions { File = path, Folder = Path.Combine(_folder.FullName, "out") }, _ => { }, TestContext.Current.CancellationToken);

    private async Task<string> RefusalAsync(string path)
    {
        var message = (await Assert.ThrowsAsync<ConversionException>(() => ConvertAsync(path))).Message;
        Assert.Empty(_folder.EnumerateDirectories());
        return message;
    }
}
