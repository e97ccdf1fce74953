using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Scalelab.ModelServer.Protocols;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Tests.Malformed;

/// <summary>Whatever a client gets wrong, the answer is 4xx, and says what is wrong and how to mend it.</summary>
public sealed class MalformedTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("pictures")]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task Post_WrongRequests_AreRefusedWithAMessage(string protocol)
    {
        using var repository = new TestRepository().Add(Corpus.Model, TestNetwork.Echo(("x", DataType.Fp32, [-1, 2])));
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);
        var address = server.App.Urls.First();
        var cases = (protocol switch { "pictures" => Corpus.Pictures(address), "v1" => Corpus.V1(address), _ => Corpus.V2(address) }).ToList();
        var wrong = new List<string>();
        foreach (var each in cases)
        {
            using var response = await server.Client.SendAsync(each.ToRequest(), Cancellation);
            var text = await response.Content.ReadAsStringAsync(Cancellation);
            if ((int)response.StatusCode is < 400 or > 499 || !SaysWhatIsWrong(text))
            {
                wrong.Add($"{each.Name}: {(int)response.StatusCode} {text}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(40)));
        Assert.True(cases.Count >= 200, $"{cases.Count} cases");
    }

    // Of changed bytes some are still right: the answer may be a success, and must never be the server's failure.
    [Theory]
    [InlineData("pictures")]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task Post_ChangedBytes_AreNeverTheServersFailure(string protocol)
    {
        using var repository = new TestRepository().Add(Corpus.Model, TestNetwork.Echo(("x", DataType.Fp32, [-1, 2])));
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), out var given) ? given : 1;
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_ROUNDS"), out var many) ? many : 300;
        for (var round = 0; round < rounds; round++)
        {
            var changed = Fuzz.Change(Fuzz.Right(protocol, server.App.Urls.First()), new Random(seed + round));
            using var response = await server.Client.SendAsync(changed.ToRequest(), Cancellation);

            Assert.True((int)response.StatusCode < 500, $"FUZZ_SEED={seed + round} FUZZ_ROUNDS=1: {await response.Content.ReadAsStringAsync(Cancellation)}");
        }
    }

    [Theory]
    [InlineData("/v1/models/echo:predict")]
    [InlineData("/v2/models/echo/infer")]
    public async Task Post_BodyAboveTheLimit_IsRefusedBeforeItIsRead(string route)
    {
        using var repository = new TestRepository().Add(Corpus.Model, TestNetwork.Echo(("x", DataType.Fp32, [-1, 2])));
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder, "MAX_BODY_MIB", "1"]);
        server.Client.DefaultRequestHeaders.ExpectContinue = true;

        Assert.Equal("The body is larger than 1 MiB.", await (await server.PostJsonAsync(new string('1', (1024 * 1024) + 1), route)).ErrorAsync(413));
    }

    [Fact]
    public async Task Post_ChunksAboveTheLimit_AreRefused()
    {
        using var repository = new TestRepository().Add(Corpus.Model, TestNetwork.Echo(("x", DataType.Fp32, [-1, 2])));
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder, "MAX_BODY_MIB", "1"]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/models/echo:predict") { Content = new StringContent(new string(' ', (1024 * 1024) + 1)) };
        request.Headers.TransferEncodingChunked = true;

        Assert.Equal("The body is larger than 1 MiB.", await (await server.Client.SendAsync(request, Cancellation)).ErrorAsync(413));
    }

    [Theory]
    [InlineData("/predict", "application/json")]
    [InlineData("/predict", "multipart/form-data; boundary=b")]
    [InlineData("/v1/models/colours:predict", "application/json")]
    [InlineData("/v2/models/colours/infer", "application/json")]
    public async Task Post_BodyThatDoesNotArrive_IsGivenUp(string route, string type)
    {
        await using var server = await TestServer.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(System.Net.IPEndPoint.Parse(new Uri(server.App.Urls.First()).Authority), Cancellation);
        var start = $"POST {route} HTTP/1.1\r\nHost: x\r\nContent-Type: {type}\r\nContent-Length: 100000\r\n\r\n{{";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(start), Cancellation);
        var answer = new byte[1000];

        var reading = client.GetStream().ReadAsync(answer, Cancellation).AsTask();
        while (!reading.IsCompleted)
        {
            server.Time.Advance(RequestBodies.Patience);
            await Task.Yield();
        }

        Assert.StartsWith("HTTP/1.1 408 ", Encoding.ASCII.GetString(answer, 0, await reading), StringComparison.Ordinal);
    }

    private static bool SaysWhatIsWrong(string text)
    {
        try
        {
            var body = JsonNode.Parse(text);
            return !string.IsNullOrWhiteSpace((string?)body?["error"]) && !string.IsNullOrWhiteSpace((string?)body?["fix"]);
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }
}
