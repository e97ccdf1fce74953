using Microsoft.Extensions.Configuration;

namespace Scalelab.ModelServer.Tests;

public sealed class HealthCheckTests
{
    [Theory]
    [InlineData("http://*:{0}")]
    [InlineData("http://127.0.0.1:{0};http://127.0.0.1:1")]
    public async Task Run_ServerThatLives_Succeeds(string urls)
    {
        await using var server = await TestServer.StartAsync();

        var (exitCode, errors) = await RunAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, urls, server.Client.BaseAddress!.Port));

        Assert.Equal((0, ""), (exitCode, errors));
    }

    [Fact]
    public async Task Run_NobodyListens_FailsAndSaysWhere()
    {
        var (exitCode, errors) = await RunAsync("http://0.0.0.0:1");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("model-server: http://127.0.0.1:1/healthz does not answer", errors, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Errors)> RunAsync(string urls)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ASPNETCORE_URLS", urls)]).Build();
        using var errors = new StringWriter();
        return (await HealthCheck.RunAsync(configuration, errors), errors.ToString());
    }
}
