using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Tests.Protocols;

public sealed class V2EndpointsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<DataType, string> Values => new()
    {
        { DataType.Bool, "[true,false]" },
        { DataType.Uint8, "[0,255]" },
        { DataType.Uint16, "[0,65535]" },
        { DataType.Uint32, "[0,4294967295]" },
        { DataType.Uint64, "[0,18446744073709551615]" },
        { DataType.Int8, "[-128,127]" },
        { DataType.Int16, "[-32768,32767]" },
        { DataType.Int32, "[-2147483648,2147483647]" },
        { DataType.Int64, "[-9223372036854775808,9223372036854775807]" },
        { DataType.Fp16, "[0.5,65504]" },
        { DataType.Bf16, "[0.5,-3]" },
        { DataType.Fp32, "[0.1,3.4028235E+38]" },
        { DataType.Fp64, "[0.1,1.7976931348623157E+308]" },
        { DataType.Bytes, "[\"\",\"a\\\"ö\"]" },
    };

    [Fact]
    public async Task Get_Server_DescribesItself()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await (await server.Client.GetAsync("/v2", Cancellation)).JsonAsync(200);

        Assert.Contains("binary_tensor_data", answer["extensions"]!.AsArray().Select(each => (string?)each));
        Assert.Equal("""{"live":true}""", await server.Client.GetStringAsync("/v2/health/live", Cancellation));
        Assert.Equal("""{"ready":true}""", await server.Client.GetStringAsync("/v2/health/ready", Cancellation));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Infer_ElementsInJson_ComeBackAsTheyWere(DataType type, string data)
    {
        using var repository = new TestRepository().Add("echo", TestNetwork.Echo(("x", type, [-1, 2])));
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);

        var response = await server.PostJsonAsync(
            $$"""{"id": "7", "inputs": [{"data": [{{data}}], "name": "x", "shape": [1, 2], "datatype": "{{type.Name()}}"}]}""", "/v2/models/echo/infer");

        var expected = $$"""{"model_name":"echo","model_version":"1","id":"7","outputs":[{"name":"x_out","datatype":"{{type.Name()}}","shape":[1,2],"data":{{data}}}]}""";
        Assert.Equal(expected, await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Infer_ElementsInBinaryForm_ComeBackAsTheyWere(DataType type, string data)
    {
        using var repository = new TestRepository().Add("echo", TestNetwork.Echo(("x", type, [-1])));
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);
        var bytes = type == DataType.Bytes ? [0, 0, 0, 0, .. Text("a\"ö")] : Enumerable.Range(0, 2 * type.Size()).Select(i => (byte)(i & 1)).ToArray();
        var json = $$$"""{"parameters": {"binary_data_output": true}, "inputs": [{"name": "x", "shape": [2], "datatype": "{{{type.Name()}}}", "parameters": {"binary_data_size": {{{bytes.Length}}}}}]}""";

        // One length of the JSON in eight leaves the elements where ONNX Runtime may read them.
        for (var blanks = 0; blanks < 3; blanks++)
        {
            var response = await PostBinaryAsync(server, json + new string(' ', blanks), bytes);

            var answer = await response.Content.ReadAsByteArrayAsync(Cancellation);
            var length = int.Parse(response.Headers.GetValues("Inference-Header-Content-Length").Single(), System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(bytes, answer[length..]);
            Assert.Equal(bytes.Length, (int)JsonNode.Parse(answer.AsSpan(0, length))!["outputs"]![0]!["parameters"]!["binary_data_size"]!);
        }
        Assert.NotEmpty(data);
    }

    [Fact]
    public async Task Infer_SomeOutputsWanted_AnswersThoseInTheirOrder()
    {
        using var repository = new TestRepository().Add("echo", TestNetwork.Echo(("x", DataType.Int32, [1]), ("y", DataType.Int32, [1])));
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);
        const string Inputs = """[{"name": "x", "shape": [1], "datatype": "INT32", "data": [1]}, {"name": "y", "shape": [1], "datatype": "INT32", "data": [2]}]""";

        var answer = await (await server.PostJsonAsync($$"""{"inputs": {{Inputs}}, "outputs": [{"name": "y_out"}, {"name": "x_out"}]}""", "/v2/models/echo/infer")).JsonAsync(200);

        Assert.Equal(["y_out", "x_out"], answer["outputs"]!.AsArray().Select(output => (string?)output!["name"]));
    }

    [Fact]
    public async Task Get_Model_DescribesItsTensors()
    {
        using var repository = new TestRepository().Add("m", TestNetwork.Echo(("x", DataType.Fp16, [-1, 3])), "2").Add("m", TestNetwork.Echo(("x", DataType.Fp32, [1])), "10");
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);

        Assert.Equal(
            """{"name":"m","versions":["2","10"],"platform":"onnx_onnxv1","inputs":[{"name":"x","datatype":"FP32","shape":[1]}],"outputs":[{"name":"x_out","datatype":"FP32","shape":[1]}]}""",
            await server.Client.GetStringAsync("/v2/models/m", Cancellation));
        Assert.Contains("""[{"name":"x","datatype":"FP16","shape":[-1,3]}]""", await server.Client.GetStringAsync("/v2/models/m/versions/2", Cancellation), StringComparison.Ordinal);
        Assert.Equal("""{"name":"m","ready":true}""", await server.Client.GetStringAsync("/v2/models/m/versions/2/ready", Cancellation));
        Assert.Equal("Model 'm' has no version '3'.", await (await server.Client.GetAsync("/v2/models/m/versions/3/ready", Cancellation)).ErrorAsync(404));
    }

    [Fact]
    public async Task Infer_Version_IsTheOneThatAnswers()
    {
        using var repository = new TestRepository().Add("m", TestNetwork.Sum(1), "1").Add("m", TestNetwork.Echo(("x", DataType.Fp32, [1])), "2");
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);
        const string Body = """{"inputs": [{"name": "a", "shape": [1], "datatype": "FP32", "data": [1]}, {"name": "b", "shape": [1], "datatype": "FP32", "data": [2]}]}""";

        Assert.Equal("1", (string?)(await (await server.PostJsonAsync(Body, "/v2/models/m/versions/1/infer")).JsonAsync(200))["model_version"]);
        Assert.Equal("The model has no input 'a'.", await (await server.PostJsonAsync(Body, "/v2/models/m/infer")).ErrorAsync(400));
    }

    [Theory]
    [InlineData("""{"inputs": []}""", "Input 'x' is missing.")]
    [InlineData("""{}""", "The body has no 'inputs'.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [2], "datatype": "FP64", "data": [1, 2]}]}""", "Input 'x' is sent as FP64.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [2], "datatype": "FP8", "data": [1, 2]}]}""", "Input 'x' is of datatype 'FP8'.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [2, 1], "datatype": "FP32", "data": [1, 2]}]}""", "Input 'x' has shape [2, 1].")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [0], "datatype": "FP32", "data": []}]}""", "Input 'x' has shape [0]: a dimension is below 1.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [3], "datatype": "FP32", "data": [1, 2]}]}""", "Input 'x' of shape [3] needs 3 elements, and 'data' has not as many.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "data": [1, 2]}]}""", "'x' has more than the 1 elements of its shape.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [4000000000], "datatype": "FP32", "data": [1]}]}""", "Input 'x' of shape [4000000000] has more elements than a tensor may have.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [2000000000], "datatype": "FP32", "data": [1]}]}""", "Input 'x' of shape [2000000000] needs 2000000000 elements, and 'data' has not as many.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "FP32"}]}""", "Input 'x' has neither 'data' nor 'binary_data_size'.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "parameters": {"binary_data_size": 4}}]}""", "Input 'x' is said to have 4 bytes, and 0 are left of the body.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "data": [1]}], "outputs": [{"name": "y"}]}""", "The model has no output 'y'.")]
    [InlineData("""{"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "data": [1]}, {"name": "x", "shape": [1], "datatype": "FP32", "data": [1]}]}""", "Input 'x' is sent twice.")]
    public async Task Infer_WrongBody_SaysWhatIsWrong(string body, string expected)
    {
        using var repository = new TestRepository().Add("echo", TestNetwork.Echo(("x", DataType.Fp32, [-1])));
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);

        Assert.Equal(expected, await (await server.PostJsonAsync(body, "/v2/models/echo/infer")).ErrorAsync(400));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("99999")]
    [InlineData("x")]
    public async Task Infer_LengthOfTheJsonIsWrong_IsRefused(string length)
    {
        using var repository = new TestRepository().Add("echo", TestNetwork.Echo(("x", DataType.Fp32, [-1])));
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);

        Assert.StartsWith("Inference-Header-Content-Length is", await (await PostBinaryAsync(server, "{}", [1], length)).ErrorAsync(400), StringComparison.Ordinal);
    }

    private static byte[] Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return [.. length, .. utf8];
    }

    private static Task<HttpResponseMessage> PostBinaryAsync(TestServer server, string json, byte[] binary, string? length = null)
    {
        var header = Encoding.UTF8.GetBytes(json);
        var content = new ByteArrayContent([.. header, .. binary]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/echo/infer") { Content = content };
        request.Headers.Add("Inference-Header-Content-Length", length ?? $"{header.Length}");
        return server.Client.SendAsync(request, Cancellation);
    }
}
