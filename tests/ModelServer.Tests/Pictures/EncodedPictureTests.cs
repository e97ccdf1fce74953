using Scalelab.ModelServer.Pictures;
using SkiaSharp;

namespace Scalelab.ModelServer.Tests.Pictures;

public sealed class EncodedPictureTests
{
    private static readonly PictureLimits Limits = new();

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Decode_PictureOfAKnownFormat_GivesItsPixels(SKEncodedImageFormat format)
    {
        using var picture = Decode(TestPicture.Plain(SKColors.Red, format, width: 7, height: 5));

        Assert.Equal((7, 5), (picture.Width, picture.Height));
        Assert.Equal("red", Colour(picture, 6, 4));
    }

    [Theory]
    [InlineData("red.bmp")]
    [InlineData("animated.gif")]
    public void Decode_BitmapOrAnimation_GivesTheFirstFrame(string name)
    {
        using var picture = Decode(Fixture.Read(name));

        Assert.Equal("red", Colour(picture, 10, 10));
    }

    [Theory]
    [InlineData(1, "red green blue black")]
    [InlineData(2, "green red black blue")]
    [InlineData(3, "black blue green red")]
    [InlineData(4, "blue black red green")]
    [InlineData(5, "red blue green black")]
    [InlineData(6, "blue red black green")]
    [InlineData(7, "black green blue red")]
    [InlineData(8, "green black red blue")]
    public void Decode_ExifOrientation_TurnsThePictureUpright(byte orientation, string corners)
    {
        using var picture = Decode(TestPicture.WithOrientation(TestPicture.Quarters(), orientation));

        Assert.Equal(orientation < 5 ? (32, 16) : (16, 32), (picture.Width, picture.Height));
        var (right, bottom) = (picture.Width - 1, picture.Height - 1);
        Assert.Equal(corners, $"{Colour(picture, 0, 0)} {Colour(picture, right, 0)} {Colour(picture, 0, bottom)} {Colour(picture, right, bottom)}");
    }

    [Fact]
    public void Decode_TransparentPixels_KeepTheirColour()
    {
        using var picture = Decode(TestPicture.Plain(new SKColor(255, 0, 0, 128)));

        Assert.Equal("red", Colour(picture, 3, 3));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    public void Decode_EndMissing_IsRefused(SKEncodedImageFormat format)
    {
        var bytes = TestPicture.Plain(SKColors.Red, format, width: 400, height: 400);

        var refused = Assert.Throws<PictureException>(() => Decode(bytes[..(bytes.Length / 2)]));

        Assert.Equal(422, refused.Status);
    }

    [Fact]
    public void Open_NoBytes_IsRefused() => Assert.Equal(400, Refusal([], Limits).Status);

    [Fact]
    public void Open_Text_IsRefused() => Assert.Equal(422, Refusal("not a picture"u8.ToArray(), Limits).Status);

    [Fact]
    public void Open_MoreBytesThanAllowed_IsRefused()
    {
        var refused = Refusal(TestPicture.Plain(SKColors.Red), Limits with { MaxBytes = 50 });

        Assert.Equal(413, refused.Status);
    }

    [Fact]
    public void Open_MorePixelsThanAllowed_IsRefusedBeforeDecoding()
    {
        var refused = Refusal(TestPicture.Bomb(16_000, 16_000), Limits);

        Assert.Equal(413, refused.Status);
        Assert.Contains("16000 × 16000", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SideLongerThanAllowed_IsRefused()
    {
        var refused = Refusal(TestPicture.Bomb(1, 20_000), Limits);

        Assert.Equal(413, refused.Status);
        Assert.Contains("16384", refused.Message, StringComparison.Ordinal);
    }

    private static DecodedPicture Decode(byte[] bytes)
    {
        using var encoded = EncodedPicture.Open(bytes, Limits);
        return encoded.Decode();
    }

    private static PictureException Refusal(byte[] bytes, PictureLimits limits) =>
        Assert.Throws<PictureException>(() => EncodedPicture.Open(bytes, limits).Dispose());

    private static string Colour(DecodedPicture picture, int x, int y)
    {
        var pixel = picture.Row(y).Slice(x * DecodedPicture.BytesPerPixel, 3);
        return (pixel[0] > 200, pixel[1] > 200, pixel[2] > 200) switch
        {
            (true, false, false) => "red",
            (false, true, false) => "green",
            (false, false, true) => "blue",
            (false, false, false) => "black",
            _ => $"{pixel[0]},{pixel[1]},{pixel[2]}",
        };
    }
}
