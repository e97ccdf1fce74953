using System.Text.Json;
using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Pictures;
using SkiaSharp;

namespace Scalelab.ModelServer.Tests.Inference;

/// <summary>Against numbers that PIL and torchvision made of the same pictures: Fixtures/make.py.</summary>
public sealed class PreprocessorTests
{
    private static readonly ModelDescription PyTorch = new()
    {
        Name = "pytorch",
        Layout = Layout.ChannelsFirst,
        Size = 224,
        Resize = new ResizeRule { Mode = ResizeMode.ShorterSide, To = 256, Filter = ResizeFilter.Bilinear },
        Crop = Crop.Centre,
        Scaling = Scaling.Unit,
        Mean = [0.485f, 0.456f, 0.406f],
        Std = [0.229f, 0.224f, 0.225f],
        Activation = Activation.Softmax,
        Labels = ["any"],
    };

    private static readonly ModelDescription Keras = PyTorch with
    {
        Name = "keras",
        Layout = Layout.ChannelsLast,
        Resize = new ResizeRule { Mode = ResizeMode.Stretch, To = 224, Filter = ResizeFilter.Bicubic },
        Crop = Crop.None,
        Mean = null,
        Std = null,
        Activation = Activation.None,
    };

    [Theory]
    [InlineData("large")]
    [InlineData("small")]
    [InlineData("odd")]
    public void Prepare_RecipeOfPyTorch_GivesItsNumbers(string picture) => AssertSame(PyTorch, picture, "pytorch");

    [Theory]
    [InlineData("large")]
    [InlineData("small")]
    [InlineData("odd")]
    public void Prepare_RecipeOfKeras_GivesItsNumbers(string picture) => AssertSame(Keras, picture, "keras");

    [Theory]
    [InlineData(Scaling.Bytes, 255f)]
    [InlineData(Scaling.Unit, 1f)]
    [InlineData(Scaling.AroundZero, 1f)]
    public void Prepare_Scaling_MapsWhiteToTheUpperEnd(Scaling scaling, float white)
    {
        var input = Prepare(Keras with { Scaling = scaling }, TestPicture.Plain(SKColors.White));

        Assert.All(input, number => Assert.Equal(white, number));
    }

    [Fact]
    public void Prepare_ScalingAroundZero_MapsBlackToMinusOne()
    {
        var input = Prepare(Keras with { Scaling = Scaling.AroundZero }, TestPicture.Plain(SKColors.Black));

        Assert.All(input, number => Assert.Equal(-1, number));
    }

    [Theory]
    [InlineData(1, 3000)]
    [InlineData(3000, 1)]
    [InlineData(1, 1)]
    public void Prepare_NarrowestPictures_FillTheInput(int width, int height)
    {
        var input = Prepare(PyTorch with { Mean = null, Std = null }, TestPicture.Plain(SKColors.White, width: width, height: height));

        Assert.All(input, number => Assert.Equal(1, number));
    }

    // The tolerance that Models/README.md states: of a number, in steps of a byte, on average and for all but one in a thousand.
    [Theory]
    [InlineData("pytorch", 4000, 3000)]
    [InlineData("pytorch", 1280, 1280)]
    [InlineData("pytorch", 700, 900)]
    [InlineData("keras", 4000, 3000)]
    [InlineData("keras", 1280, 1280)]
    [InlineData("keras", 700, 900)]
    public void Prepare_DecodedAtAReducedSize_StaysWithinTheTolerance(string recipe, int width, int height)
    {
        var model = (recipe == "keras" ? Keras : PyTorch) with { Mean = null, Std = null, Scaling = Scaling.Bytes };
        var bytes = TestPicture.Photograph(width, height);

        var differences = Prepare(model, bytes).Zip(Prepare(model with { Decode = DecodeRule.Reduced }, bytes), (exact, reduced) => Math.Abs(exact - reduced)).Order().ToArray();

        Assert.InRange(differences.Average(), 0.0001, 1.5);
        Assert.InRange(differences[^(differences.Length / 1000)], 0, 16);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(1)]
    public void Prepare_TurnedPictureAtAReducedSize_IsUpright(byte orientation)
    {
        var bytes = TestPicture.WithOrientation(TestPicture.Photograph(1600, 800), orientation);
        var model = Keras with { Decode = DecodeRule.Reduced };

        var differences = Prepare(Keras, bytes).Zip(Prepare(model, bytes), (exact, reduced) => Math.Abs(exact - reduced));

        Assert.InRange(differences.Average(), 0, 2f / 255);
    }

    private static void AssertSame(ModelDescription model, string picture, string recipe)
    {
        var expected = JsonSerializer.Deserialize<Expected>(Fixture.Read($"{picture}-{recipe}.json"), JsonSerializerOptions.Web)!;

        var input = Prepare(model, Fixture.Read($"{picture}.png"));

        Assert.Equal(expected.Length, input.Length);
        // Less than a quarter of the step from one byte to the next: every byte is the same as theirs, only the last digits of floats differ.
        var tolerance = 0.25f / 255;
        Assert.All(expected.Indexes.Zip(expected.Values), pair => Assert.Equal(pair.Second, input[pair.First], tolerance));
    }

    private static float[] Prepare(ModelDescription model, byte[] bytes)
    {
        var preprocessor = new Preprocessor(model);
        var input = new float[preprocessor.Length];
        using var encoded = EncodedPicture.Open(bytes, new PictureLimits());
        using var picture = encoded.Decode(preprocessor.Smallest(encoded));
        preprocessor.Prepare(picture, (encoded.Width, encoded.Height), input);
        return input;
    }

    private sealed record Expected(int Length, int[] Indexes, float[] Values);
}
