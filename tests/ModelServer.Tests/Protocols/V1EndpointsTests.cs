using Scalelab.ModelServer.Tensors;
using SkiaSharp;

namespace Scalelab.ModelServer.Tests.Protocols;

public sealed class V1EndpointsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_SeveralModels_NamesThem()
    {
        using var repository = new TestRepository().Add("echo", TestNetwork.Sum(-1));
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);

        Assert.Equal("""{"models":["colours","echo"]}""", await server.Client.GetStringAsync("/v1/models", Cancellation));
        Assert.Equal("""{"name":"echo","ready":true}""", await server.Client.GetStringAsync("/v1/models/echo", Cancellation));
    }

    [Fact]
    public async Task State_UnknownModel_IsNotFound()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal("Model with name other does not exist.", await (await server.Client.GetAsync("/v1/models/other", Cancellation)).ErrorAsync(404));
    }

    [Fact]
    public async Task Predict_Pictures_AnswersEachItsClass()
    {
        await using var server = await TestServer.StartAsync();
        var (red, blue) = (Convert.ToBase64String(TestPicture.Plain(SKColors.Red)), Convert.ToBase64String(TestPicture.Plain(SKColors.Blue)));

        var answer = await (await server.PostJsonAsync($$$"""{"instances": [{"b64": "{{{red}}}"}, {"image": {"b64": "{{{blue}}}"}}]}""", "/v1/models/colours:predict")).JsonAsync(200);

        Assert.Equal(["red", "blue"], answer["predictions"]!.AsArray().Select(each => (string?)each!["prediction"]));
        Assert.Equal(3, answer["predictions"]![0]!["classes"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("""{"instances": [{"a": [1, 2], "b": [3, 4]}, {"b": [7, 8], "a": [5, 6.5]}]}""", """{"predictions":[[4,6],[12,14.5]]}""")]
    [InlineData("""{"inputs": {"a": [[1, 2]], "b": [[3, 4]]}}""", """{"predictions":[[4,6]]}""")]
    public async Task Predict_SeveralInputs_AreTakenByRowAndByColumn(string body, string expected)
    {
        using var repository = new TestRepository().Add("sum", TestNetwork.Sum(-1, 2));
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);

        Assert.Equal(expected, (await (await server.PostJsonAsync(body, "/v1/models/sum:predict")).JsonAsync(200)).ToJsonString());
    }

    [Theory]
    [InlineData("instances")]
    [InlineData("inputs")]
    public async Task Predict_OneInput_TakesRows(string key)
    {
        using var repository = new TestRepository().Add("echo", TestNetwork.Echo(("x", DataType.Fp64, [-1, 3])));
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);

        var response = await server.PostJsonAsync($$"""{"{{key}}": [[7.8, 0.58, 2], [8.9, 5.657319539336507, 1e-5]]}""", "/v1/models/echo:predict");

        Assert.Equal("""{"predictions":[[7.8,0.58,2],[8.9,5.657319539336507,1E-05]]}""", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Predict_SeveralOutputs_AnswersAnObjectForEachRow()
    {
        using var repository = new TestRepository().Add("echo", TestNetwork.Echo(("x", DataType.Int64, [-1]), ("y", DataType.Bytes, [-1])));
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);

        var response = await server.PostJsonAsync("""{"instances": [{"x": 1, "y": "one"}, {"x": 2, "y": "zw\u00f6lf"}]}""", "/v1/models/echo:predict");

        Assert.Equal("""{"predictions":[{"x_out":1,"y_out":"one"},{"x_out":2,"y_out":"zwölf"}]}""", await response.Content.ReadAsStringAsync(Cancellation));
    }

    // hey and curl say something else than application/json when they are not told.
    [Theory]
    [InlineData("text/html")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Predict_ContentTypeOfCommandLineTools_IsTaken(string type)
    {
        using var repository = new TestRepository().Add("echo", TestNetwork.Echo(("x", DataType.Fp32, [-1])));
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);

        var response = await server.Client.PostAsync(
            "/v1/models/echo:predict", new StringContent("""{"instances": [1]}""", new System.Net.Http.Headers.MediaTypeHeaderValue(type)), Cancellation);

        Assert.Equal("""{"predictions":[1]}""", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("{}", "neither 'instances' nor 'inputs'")]
    [InlineData("[]", "not an object")]
    [InlineData("""{"instances": []}""", "empty")]
    [InlineData("""{"instances": 5}""", "no array")]
    [InlineData("""{"instances": [[1, 2], [3]]}""", "not all of one length")]
    [InlineData("""{"instances": [[1, 2], 3]}""", "not all of one length")]
    [InlineData("""{"instances": [1, 2]}""", "shape [2]")]
    [InlineData("""{"instances": [[1, "a"]]}""", "Element 1 of 'x' is a text")]
    [InlineData("""{"instances": [[1, 1e99]]}""", "which is no FP32")]
    [InlineData("""{"instances": [[1, NaN]]}""", "not valid JSON")]
    [InlineData("""{"instances": [[1, 2, 3]]}""", "The model takes|FP32 [any, 2]")]
    [InlineData("""{"instances": [{"y": 1}]}""", "no input 'y'")]
    [InlineData("""{"instances": [{}]}""", "does not hold 'x'")]
    [InlineData("""{"instances": [[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}""", "16 deep")]
    public async Task Predict_WrongBody_SaysWhatIsWrong(string body, string expected)
    {
        using var repository = new TestRepository().Add("echo", TestNetwork.Echo(("x", DataType.Fp32, [-1, 2])));
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);

        var answer = (await (await server.PostJsonAsync(body, "/v1/models/echo:predict")).JsonAsync(400)).ToJsonString();

        Assert.All(expected.Split('|'), part => Assert.Contains(part.Replace("'", "\\u0027", StringComparison.Ordinal), answer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Predict_NetworkFailsOnTheInputs_IsTheSendersMistake()
    {
        using var repository = new TestRepository().Add("lookup", TestNetwork.Lookup());
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);

        var error = await (await server.PostJsonAsync("""{"inputs": {"table": [1, 2, 3, 4], "index": [7]}}""", "/v1/models/lookup:predict")).ErrorAsync(400);

        Assert.StartsWith("Model 'lookup' fails on these inputs:", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_AnyModel_IsNotImplemented()
    {
        await using var server = await TestServer.StartAsync();

        await (await server.PostJsonAsync("{}", "/v1/models/colours:explain")).ErrorAsync(501);
    }

    [Fact]
    public async Task Predict_Answer_CarriesItsTiming()
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.UploadAsync(TestPicture.Plain(SKColors.Red));

        Assert.Equal("queue;dur=0, preprocess;dur=0, inference;dur=0, postprocess;dur=0", Assert.Single(response.Headers.GetValues("Server-Timing")));
    }
}
