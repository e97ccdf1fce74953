using System.Text.Json.Nodes;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Tests.Protocols;

public sealed class RepositoryEndpointsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Index_Models_SaysHowEachStands()
    {
        using var repository = new TestRepository().Add("echo", TestNetwork.Sum(1));
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);
        await PostAsync(server, "/v2/repository/models/echo/unload");

        Assert.Equal(
            """[{"name":"colours","version":"1","state":"READY","reason":""},{"name":"echo","version":"","state":"UNAVAILABLE","reason":"unloaded"}]""",
            (await PostAsync(server, "/v2/repository/index")).ToJsonString());
        Assert.Single((await (await server.PostJsonAsync("""{"ready": true}""", "/v2/repository/index")).JsonAsync(200)).AsArray());
    }

    [Fact]
    public async Task Load_NewModelOfTheFolder_IsServed()
    {
        using var repository = new TestRepository();
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);
        repository.Add("late", TestNetwork.Echo(("x", DataType.Fp32, [-1])));

        Assert.Equal("""{"name":"late","load":true}""", (await PostAsync(server, "/v2/repository/models/late/load")).ToJsonString());
        Assert.Equal("""{"predictions":[1]}""", (await (await server.PostJsonAsync("""{"instances": [1]}""", "/v1/models/late:predict")).JsonAsync(200)).ToJsonString());
    }

    [Fact]
    public async Task Load_NewVersionOfAModel_TakesTheOldOnesPlace()
    {
        using var repository = new TestRepository().Add("m", TestNetwork.Sum(1), "1");
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);
        repository.Add("m", TestNetwork.Echo(("x", DataType.Fp32, [-1])), "2");

        await PostAsync(server, "/v2/repository/models/m/load");

        Assert.Equal("""["1","2"]""", (await (await server.Client.GetAsync("/v2/models/m", Cancellation)).JsonAsync(200))["versions"]!.ToJsonString());
    }

    [Fact]
    public async Task Load_BrokenModel_KeepsTheOldOne()
    {
        using var repository = new TestRepository().Add("m", TestNetwork.Echo(("x", DataType.Fp32, [-1])));
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);
        repository.Add("m", "no network"u8.ToArray());

        Assert.StartsWith("Model 'm' cannot be loaded:", await (await server.PostJsonAsync("", "/v2/repository/models/m/load")).ErrorAsync(400), StringComparison.Ordinal);
        Assert.Equal("""{"predictions":[1]}""", (await (await server.PostJsonAsync("""{"instances": [1]}""", "/v1/models/m:predict")).JsonAsync(200)).ToJsonString());
    }

    [Fact]
    public async Task Unload_Model_IsNotReadyAnyMore()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal("""{"name":"colours","unload":true}""", (await PostAsync(server, "/v2/repository/models/colours/unload")).ToJsonString());

        Assert.Equal("Model 'colours' is not ready: unloaded.", await (await server.UploadAsync([1])).ErrorAsync(503));
        Assert.Equal("""{"name":"colours","ready":false}""", (await (await server.Client.GetAsync("/v1/models/colours", Cancellation)).JsonAsync(503)).ToJsonString());
        Assert.Equal("""{"name":"colours","ready":false}""", (await (await server.Client.GetAsync("/v2/models/colours/ready", Cancellation)).JsonAsync(503)).ToJsonString());
        Assert.Equal("""{"ready":true}""", await server.Client.GetStringAsync("/v2/health/ready", Cancellation));
    }

    [Theory]
    [InlineData("/v2/repository/models/other/load", 404)]
    [InlineData("/v2/repository/models/other/unload", 404)]
    [InlineData("/v2/repository/models/..%2F..%2Fetc/load", 400)]
    [InlineData("/v2/repository/models/.hidden/load", 400)]
    public async Task Change_ModelThatIsNotThere_IsRefused(string route, int status)
    {
        using var repository = new TestRepository();
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder]);

        await (await server.PostJsonAsync("", route)).ErrorAsync(status);
    }

    [Theory]
    [InlineData("Origin", "http://elsewhere.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Unload_FromAPageOfAnotherSite_IsRefused(string header, string value)
    {
        await using var server = await TestServer.StartAsync();
        server.Client.DefaultRequestHeaders.Add(header, value);

        await (await server.PostJsonAsync("", "/v2/repository/models/colours/unload")).ErrorAsync(403);
    }

    [Fact]
    public async Task Change_ModelsAreFixed_IsRefused()
    {
        await using var server = await TestServer.StartAsync(settings: ["MODEL_CONTROL", "none"]);

        await (await server.PostJsonAsync("", "/v2/repository/models/colours/unload")).ErrorAsync(403);
        await (await server.PostJsonAsync("", "/v2/repository/models/colours/load")).ErrorAsync(403);
    }

    [Fact]
    public async Task Load_AddressThatIsNotAllowed_IsRefused()
    {
        await using var server = await TestServer.StartAsync(settings: ["MODEL_SOURCES", "file:///models/"]);

        foreach (var uri in (string[])["http://169.254.169.254/", "file:///models/../etc"])
        {
            var refused = await server.PostJsonAsync($$$"""{"parameters": {"storage_uri": "{{{uri}}}"}}""", "/v2/repository/models/m/load");
            Assert.Contains(uri, await refused.ErrorAsync(403), StringComparison.Ordinal);
        }
    }

    private static async Task<JsonNode> PostAsync(TestServer server, string route) => await (await server.Client.PostAsync(route, null, Cancellation)).JsonAsync(200);
}
