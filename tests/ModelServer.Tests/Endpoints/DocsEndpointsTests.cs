using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Scalelab.ModelServer.Tests.Endpoints;

public sealed class DocsEndpointsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_Document_NamesEveryRouteAndNoOther()
    {
        await using var server = await TestServer.StartAsync();
        var document = JsonNode.Parse(await server.Client.GetStringAsync("/openapi.json", Cancellation))!;

        var described = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => $"{method.Key.ToUpperInvariant()} {path.Key}"));

        var mapped = server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText}"));
        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Get_Document_RefersOnlyToWhatItHolds()
    {
        await using var server = await TestServer.StartAsync();
        var document = JsonNode.Parse(await server.Client.GetStringAsync("/openapi.json", Cancellation))!;

        Assert.All(References(document), reference => Assert.NotNull(reference[2..].Split('/').Aggregate((JsonNode?)document, (node, key) => node?[key])));
    }

    [Fact]
    public async Task Get_Page_RunsItsOwnScriptOnly()
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Client.GetAsync("/docs", Cancellation);

        Assert.Matches("script-src 'sha256-[^']+';", Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.DoesNotContain("http", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(pair => pair.Key == "$ref" ? [(string)pair.Value!] : References(pair.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };
}
