using SkiaSharp;

namespace Scalelab.ModelServer.Tests.Endpoints;

public sealed class StateEndpointsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/hello", $"hello user from {TestServer.Pod}")]
    [InlineData("/healthz", "ok")]
    [InlineData("/readyz", "ok")]
    public async Task Get_Route_AnswersItsText(string route, string expected)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(expected, await server.Client.GetStringAsync(route, Cancellation));
    }

    [Fact]
    public async Task Readyz_ServerToldToStop_IsUnreadyWhileRequestsAreStillAnswered()
    {
        await using var server = await TestServer.StartAsync();

        var stopping = server.App.StopAsync(Cancellation);

        Assert.Equal("The server is stopping.", await (await server.Client.GetAsync("/readyz", Cancellation)).ErrorAsync(503));
        Assert.Equal("red", (string?)(await (await server.UploadAsync(TestPicture.Plain(SKColors.Red))).JsonAsync(200))["prediction"]);
        Assert.Equal("ok", await server.Client.GetStringAsync("/healthz", Cancellation));
        server.Time.Advance(Readiness.Farewell);
        await stopping;
        await Assert.ThrowsAsync<HttpRequestException>(() => server.Client.GetAsync("/healthz", Cancellation));
    }

    [Fact]
    public async Task Get_UnknownRoute_SaysWhichAreKnown()
    {
        await using var server = await TestServer.StartAsync();

        var body = await (await server.Client.GetAsync("/nowhere", Cancellation)).JsonAsync(404);

        Assert.Equal("There is no /nowhere.", (string?)body["error"]);
        Assert.Contains("POST /predict", (string?)body["fix"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/predict", "Use POST.")]
    [InlineData("PUT", "/predict", "Use POST.")]
    [InlineData("POST", "/hello", "Use GET.")]
    public async Task Send_WrongMethod_SaysWhichIsRight(string method, string route, string expected)
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), route), Cancellation);

        Assert.Equal(expected, (string?)(await response.JsonAsync(405))["fix"]);
    }
}
