using System.Net.Http.Headers;
using System.Text;
using Scalelab.ModelServer.Pictures;
using SkiaSharp;

namespace Scalelab.ModelServer.Tests.Endpoints;

public sealed class PredictionEndpointsTests
{
    private static readonly byte[] Red = TestPicture.Plain(SKColors.Red);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Predict_UploadedPicture_AnswersItsClass()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await (await server.UploadAsync(TestPicture.Plain(SKColors.Blue))).JsonAsync(200);

        Assert.Equal("blue", (string?)answer["prediction"]);
        Assert.InRange((double)answer["probability"]!, 0.999, 1);
        Assert.Equal(0, (double)answer["inference_seconds"]!);
        Assert.Equal(TestServer.Pod, (string?)answer["pod"]);
    }

    [Fact]
    public async Task Predict_UploadedPicture_ListsEveryClassLikeliestFirst()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await (await server.UploadAsync(TestPicture.Plain(new SKColor(0, 255, 128)))).JsonAsync(200);

        Assert.Equal(["green", "blue", "red"], answer["classes"]!.AsArray().Select(c => (string?)c!["label"]));
        Assert.Equal(1, answer["classes"]!.AsArray().Sum(c => (double)c!["probability"]!), 0.0001);
    }

    [Fact]
    public async Task Predict_Base64InJson_AnswersItsClass()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await (await server.PostJsonAsync($$"""{"more": [1], "image": "{{Convert.ToBase64String(Red)}}"}""")).JsonAsync(200);

        Assert.Equal("red", (string?)answer["prediction"]);
    }

    [Theory]
    [InlineData("text/plain", "text/plain")]
    [InlineData("text/plain, application/json;q=0.5", "text/plain")]
    [InlineData("application/json, text/plain", "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("text/html, */*;q=0.1", "application/json")]
    public async Task Predict_Accept_DecidesTheForm(string accept, string expected)
    {
        await using var server = await TestServer.StartAsync();
        server.Client.DefaultRequestHeaders.Add("Accept", accept);

        var response = await server.UploadAsync(Red);

        Assert.Equal(expected, response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Predict_AcceptText_AnswersTheLineOfTheExercises()
    {
        await using var server = await TestServer.StartAsync();
        server.Client.DefaultRequestHeaders.Add("Accept", "text/plain");

        var response = await server.UploadAsync(Red);

        Assert.Equal("red (1.00), Inference Time : 0.0000 seconds", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Predict_ManyAtOnce_AnswersEachItsOwn()
    {
        await using var server = await TestServer.StartAsync();
        (string Label, byte[] Picture)[] pictures =
            [("red", Red), ("green", TestPicture.Plain(SKColors.Lime)), ("blue", TestPicture.Plain(SKColors.Blue))];

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            var (label, picture) = pictures[i % 3];
            return (label, answer: (string?)(await (await server.UploadAsync(picture)).JsonAsync(200))["prediction"]);
        }));

        Assert.All(answers, pair => Assert.Equal(pair.label, pair.answer));
    }

    [Fact]
    public async Task Test_BundledModelAndPicture_AreOfOneMind()
    {
        await using var server = await TestServer.StartAsync(bundledModel: true);

        var answer = await (await server.Client.GetAsync("/test", Cancellation)).JsonAsync(200);

        Assert.Equal("Noodles/Pasta", (string?)answer["prediction"]);
        Assert.Equal(11, answer["classes"]!.AsArray().Count);
    }

    // What the demo makes of a photograph is written in its README; here only that it copes with one.
    [Theory]
    [InlineData("noodles.jpg")]
    [InlineData("test_image.jpeg")]
    public async Task Predict_RealPhotograph_AnswersOneOfTheClasses(string name)
    {
        var photo = Fixture.Photo(name);
        await using var server = await TestServer.StartAsync(bundledModel: true);

        var answer = await (await server.UploadAsync(photo)).JsonAsync(200);

        Assert.Equal(11, answer["classes"]!.AsArray().Count);
        Assert.Equal((string?)answer["classes"]![0]!["label"], (string?)answer["prediction"]);
        Assert.InRange((double)answer["probability"]!, 1.0 / 11, 1);
    }

    [Fact]
    public async Task Predict_EmptyBody_IsRefused()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal("The request has no body.", await (await server.Client.PostAsync("/predict", null, Cancellation)).ErrorAsync(400));
    }

    [Fact]
    public async Task Predict_EmptyFile_IsRefused()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal("The picture is empty.", await (await server.UploadAsync([])).ErrorAsync(400));
    }

    [Fact]
    public async Task Predict_OtherField_IsRefused()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal("The form has no field 'file'.", await (await server.UploadAsync(Red, field: "image")).ErrorAsync(400));
    }

    [Fact]
    public async Task Predict_NotAPicture_IsRefused()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal("The bytes are not a picture in a known format.", await (await server.UploadAsync("text"u8.ToArray())).ErrorAsync(422));
    }

    [Fact]
    public async Task Predict_PictureCutOff_IsRefused()
    {
        await using var server = await TestServer.StartAsync();
        var whole = TestPicture.Plain(SKColors.Red, SKEncodedImageFormat.Jpeg, width: 300, height: 300);

        Assert.Contains("cut off", await (await server.UploadAsync(whole[..^100])).ErrorAsync(422), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_FormCutOff_IsRefused()
    {
        await using var server = await TestServer.StartAsync();
        using var content = new ByteArrayContent("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc"u8.ToArray());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");

        Assert.StartsWith("The form cannot be read", await (await server.Client.PostAsync("/predict", content, Cancellation)).ErrorAsync(400), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("multipart/form-data", "names no boundary")]
    [InlineData("multipart/form-data; boundary=\"\"", "names no boundary")]
    [InlineData("multipart/form-data; boundary=x", "The form")]
    public async Task Predict_FormWithoutAValidBoundary_IsRefused(string type, string expected)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Contains(expected, await PostAsync(server, type, 400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_BoundaryOfThousands_IsRefused()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Contains("boundary", await PostAsync(server, $"multipart/form-data; boundary={new string('b', 5000)}", 400), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Predict_OtherContentType_IsRefused(string type)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal($"Pictures are not taken as {type}.", await PostAsync(server, type, 415));
    }

    [Fact]
    public async Task Predict_NoContentType_IsRefused()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal("The request has no valid Content-Type.", await PostAsync(server, null, 415));
    }

    [Theory]
    [InlineData("", "no body")]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "not an object")]
    [InlineData("7", "not an object")]
    [InlineData("{}", "no 'image'")]
    [InlineData("""{"Image": "AAAA"}""", "no 'image'")]
    [InlineData("""{"image": 7}""", "not a text")]
    [InlineData("""{"image": null}""", "not a text")]
    [InlineData("""{"image": "%%%"}""", "not valid base64")]
    [InlineData("""{"image": "data:image/png;base64,AAAA"}""", "not valid base64")]
    [InlineData("""{"image": "\ud800"}""", "not valid JSON")]
    [InlineData("""{"\ud800": "AAAA"}""", "not valid JSON")]
    [InlineData("""{"image": "AAAA"} and more""", "not valid JSON")]
    [InlineData("""{"image": ""}""", "empty")]
    public async Task Predict_WrongJson_SaysWhatIsWrong(string json, string expected)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Contains(expected, await (await server.PostJsonAsync(json)).ErrorAsync(400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_MoreBytesThanAllowed_IsRefused()
    {
        await using var server = await TestServer.StartAsync();

        var form = await (await server.UploadAsync(new byte[(10 * 1024 * 1024) + 1])).ErrorAsync(413);
        var json = await (await server.PostJsonAsync($$"""{"image": "{{Convert.ToBase64String(new byte[(10 * 1024 * 1024) + 1])}}"}""")).ErrorAsync(413);

        Assert.Equal("The picture is larger than 10 MiB.", form);
        Assert.Equal(form, json);
    }

    [Fact]
    public async Task Predict_ExactlyAsManyBytesAsAllowed_IsAnswered()
    {
        await using var server = await TestServer.StartAsync(new PictureLimits { MaxBytes = Red.Length });

        Assert.Equal("red", (string?)(await (await server.UploadAsync(Red)).JsonAsync(200))["prediction"]);
    }

    [Fact]
    public async Task Predict_BodyFarAboveTheLimit_IsRefused()
    {
        await using var server = await TestServer.StartAsync(new PictureLimits { MaxBytes = 1000 });
        server.Client.DefaultRequestHeaders.ExpectContinue = true;

        Assert.Contains("larger than", await (await server.UploadAsync(new byte[1_000_000])).ErrorAsync(413), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_MorePixelsThanAllowed_IsRefused()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Contains("more than 32 million", await (await server.UploadAsync(TestPicture.Bomb(16_000, 16_000))).ErrorAsync(413), StringComparison.Ordinal);
    }

    private static async Task<string> PostAsync(TestServer server, string? type, int status)
    {
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes("some content"));
        content.Headers.Remove("Content-Type");
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        return await (await server.Client.PostAsync("/predict", content, Cancellation)).ErrorAsync(status);
    }
}
