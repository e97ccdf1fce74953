using System.Text.Json.Nodes;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Tests.Inference;

public sealed class ClassifierTests
{
    [Theory]
    [InlineData("softmax", 0.9999f, 0.00005f)]
    [InlineData("sigmoid", 0.9999f, 0.5f)]
    [InlineData("none", 10f, 0f)]
    public void Run_Activation_TurnsOutputsIntoProbabilities(string activation, float red, float green)
    {
        using var model = TestModel.Create(description => description["activation"] = activation);
        using var classifier = Classifier.Load(model.Folder);

        var probabilities = classifier.Run(RedPicture());

        Assert.Equal(red, probabilities[0], 0.0001f);
        Assert.Equal(green, probabilities[1], 0.0001f);
    }

    [Fact]
    public void Run_ChannelsLast_IsServedToo()
    {
        using var model = TestModel.Create(description => description["layout"] = "NHWC", "colours-nhwc.onnx");
        using var classifier = Classifier.Load(model.Folder);
        var input = new float[3 * 64];
        for (var i = 1; i < input.Length; i += 3)
        {
            input[i] = 1;
        }

        var probabilities = classifier.Run(input);

        Assert.Equal(1, Array.IndexOf(probabilities, probabilities.Max()));
    }

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("model.json")]
    public void Load_FileMissing_NamesIt(string name)
    {
        using var model = TestModel.Create();
        File.Delete(Path.Combine(model.Folder, name));

        AssertRefused(model, Path.Combine(model.Folder, name), "does not exist", "MODEL_DIR");
    }

    [Fact]
    public void Load_FolderMissing_NamesTheFile()
    {
        var refused = Assert.Throws<ModelException>(() => Classifier.Load("/nowhere"));

        Assert.Contains("/nowhere/model.json does not exist", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NetworkIsNoNetwork_IsRefused()
    {
        using var model = TestModel.Create();
        File.WriteAllText(Path.Combine(model.Folder, "model.onnx"), "no network");

        AssertRefused(model, "model.onnx is not a network");
    }

    [Fact]
    public void Load_LabelsDoNotMatchOutputs_SaysBothNumbers()
    {
        using var model = TestModel.Create(description => description["labels"] = new JsonArray("red", "green"));

        AssertRefused(model, "[any, 3]", "2 labels");
    }

    [Fact]
    public void Load_LayoutDoesNotMatchInput_SaysBothShapes()
    {
        using var model = TestModel.Create(description => description["layout"] = "NHWC");

        AssertRefused(model, "[any, 3, 8, 8]", "NHWC", "[1, 8, 8, 3]");
    }

    [Fact]
    public void Load_SizeDoesNotMatchInput_SaysBothShapes()
    {
        using var model = TestModel.Create(description =>
        {
            description["size"] = 16;
            description["resize"]!["to"] = 16;
        });

        AssertRefused(model, "[any, 3, 8, 8]", "[1, 3, 16, 16]");
    }

    [Fact]
    public void Load_TwoOutputs_IsRefused()
    {
        using var model = TestModel.Create(network: "two-outputs.onnx");

        AssertRefused(model, "2 outputs");
    }

    [Fact]
    public void Load_InputOfDoubles_IsRefused()
    {
        using var model = TestModel.Create(network: "doubles.onnx");

        AssertRefused(model, "32-bit floats");
    }

    [Theory]
    [InlineData("layout", "\"NWHC\"", "\"NWHC\"", "\"NCHW\", \"NHWC\"")]
    [InlineData("layout", "1", "It is 1.", "\"NCHW\", \"NHWC\"")]
    [InlineData("crop", "\"none\"", "crop", "stretch")]
    [InlineData("scaling", "\"0..2\"", "\"0..1\"", "$.scaling")]
    [InlineData("activation", "\"relu\"", "\"softmax\"", "$.activation")]
    [InlineData("size", "0", "size is 0", "1 to 4096")]
    [InlineData("size", "9", "resize.to is 8", "Resize to 9 or more")]
    [InlineData("size", "\"8\"", "$.size", "")]
    [InlineData("mean", "[0.5]", "three numbers", "holds 1")]
    [InlineData("std", "[1, 0, 1]", "std holds a zero", "")]
    [InlineData("labels", "[]", "labels is empty", "")]
    [InlineData("labels", "[\"red\", \"\", \"blue\"]", "empty name", "")]
    [InlineData("name", "\" \"", "name is empty", "")]
    [InlineData("labels", "null", "labels", "")]
    [InlineData("lables", "[]", "lables", "")]
    public void Load_DescriptionHasAWrongValue_SaysWhichAndWhatIsAllowed(string key, string value, string expected, string andExpected)
    {
        using var model = TestModel.Create(description => description[key] = JsonNode.Parse(value));

        AssertRefused(model, "model.json", expected, andExpected);
    }

    [Fact]
    public void Load_DescriptionLacksAKey_NamesIt()
    {
        using var model = TestModel.Create(description => description.Remove("activation"));

        AssertRefused(model, "model.json", "activation");
    }

    [Fact]
    public void Load_DescriptionIsNoJson_SaysWhere()
    {
        using var model = TestModel.Create();
        File.WriteAllText(Path.Combine(model.Folder, "model.json"), "{ labels");

        AssertRefused(model, "model.json", "LineNumber: 0");
    }

    private static void AssertRefused(TestModel model, params string[] expected)
    {
        var refused = Assert.Throws<ModelException>(() => Classifier.Load(model.Folder).Dispose());

        Assert.All(expected, part => Assert.Contains(part, refused.Message, StringComparison.Ordinal));
    }

    private static float[] RedPicture()
    {
        var input = new float[3 * 64];
        input.AsSpan(0, 64).Fill(1);
        return input;
    }
}
