using SkiaSharp;

namespace Scalelab.ModelServer.Tests.Metrics;

public sealed class MetricsEndpointTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_AfterAPrediction_TellItsPhases()
    {
        await using var server = await TestServer.StartAsync();
        await server.UploadAsync(TestPicture.Plain(SKColors.Red));

        var metrics = await server.Client.GetStringAsync("/metrics", Cancellation);

        foreach (var phase in (string[])["request_queue_seconds", "request_preprocess_seconds", "request_predict_seconds", "request_postprocess_seconds"])
        {
            Assert.Contains($"# TYPE {phase} histogram\n", metrics, StringComparison.Ordinal);
            Assert.Contains($"{phase}_bucket{{model_name=\"colours\",le=\"0.0005\"}} 1\n", metrics, StringComparison.Ordinal);
            Assert.Contains($"{phase}_bucket{{model_name=\"colours\",le=\"+Inf\"}} 1\n", metrics, StringComparison.Ordinal);
            Assert.Contains($"{phase}_count{{model_name=\"colours\"}} 1\n", metrics, StringComparison.Ordinal);
        }
        Assert.Contains("queue_length 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("requests_in_flight 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("batch_size_count{model_name=\"colours\"} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_AfterARefusal_CountItByRouteAndStatus()
    {
        await using var server = await TestServer.StartAsync();
        await server.UploadAsync([]);

        var metrics = await server.Client.GetStringAsync("/metrics", Cancellation);

        Assert.Matches("""http_server_request_duration_seconds_count\{[^}]*http_response_status_code="400",http_route="/predict"[^}]*\} 1\n""", metrics);
    }

    [Fact]
    public async Task Get_RequestId_IsTheClientsWhereItIsUsable()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal("abc-1", await IdAsync(server, "abc-1", "/hello"));
        Assert.Equal("abc-1", await IdAsync(server, "abc-1", "/nowhere"));
        Assert.NotEqual("a b", await IdAsync(server, "a b", "/hello"));
        Assert.NotEqual(new string('a', 200), await IdAsync(server, new string('a', 200), "/hello"));
    }

    private static async Task<string> IdAsync(TestServer server, string id, string route)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, route);
        request.Headers.Add("X-Request-Id", id);
        var response = await server.Client.SendAsync(request, Cancellation);
        return response.Headers.GetValues("X-Request-Id").Single();
    }
}
