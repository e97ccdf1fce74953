using System.Text.RegularExpressions;

namespace Scalelab.ModelServer.Tests.Endpoints;

public sealed partial class PageEndpointTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_Page_HasTheTitleOfTheExercises()
    {
        await using var server = await TestServer.StartAsync();

        var page = await server.Client.GetStringAsync("/", Cancellation);

        Assert.Contains("<title>Machine Learning Systems Deployment</title>", page, StringComparison.Ordinal);
        Assert.Contains("Upload an image to see its predicted class", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Page_LoadsNothingFromElsewhere()
    {
        await using var server = await TestServer.StartAsync();

        var page = await server.Client.GetStringAsync("/", Cancellation);

        // Names of XML namespaces are no addresses that are loaded.
        Assert.DoesNotContain("http", page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(Loading(), page);
    }

    [Fact]
    public async Task Get_Page_AllowsItsOwnScriptOnly()
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Client.GetAsync("/", Cancellation);

        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.Matches("script-src 'sha256-[^']+';", policy);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Page_EscapesWhatTheModelSays()
    {
        using var model = TestModel.Create(description => description["about"] = "<script>alert(1)</script>");
        await using var app = ModelServerApp.Build(["--urls", "http://127.0.0.1:0", "--MODEL_DIR", model.Folder, "--Logging:LogLevel:Default=Warning"], TimeProvider.System);
        await app.StartAsync(Cancellation);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        var page = await client.GetStringAsync("/", Cancellation);

        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(page, "<script>"));
    }

    [GeneratedRegex("""(src|href)="(?!data:)|@import|url\(""")]
    private static partial Regex Loading();
}
