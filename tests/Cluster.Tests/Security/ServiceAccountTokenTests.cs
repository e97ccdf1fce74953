using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Tests.Api;

namespace Scalelab.Cluster.Tests.Security;

/// <summary>What a service account's token opens, over HTTP.</summary>
public sealed class ServiceAccountTokenTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    private const string Discovery = "/api";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ARequest_WithATokenForTheApi_IsTheAccounts()
    {
        var token = await TokenAsync("default", "{}");

        Assert.Equal(HttpStatusCode.OK, await AskAsync(token));
    }

    [Fact]
    public async Task ARequest_WithATokenForAnotherAudience_IsUnauthorized()
    {
        var token = await TokenAsync("default", """{"audiences":["vault"]}""");

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(token));
    }

    [Fact]
    public async Task ARequest_WithAChangedToken_IsUnauthorized()
    {
        var token = await TokenAsync("default", "{}");
        await AskAsync(token);
        var parts = token.Split('.');
        var forged = $"{parts[0]}.{parts[1][..^2]}AA.{parts[2]}";

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(forged));
    }

    [Fact]
    public async Task ARequest_AfterTheAccountWasMadeAnew_IsUnauthorized()
    {
        await SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"short"}}""");
        var token = await TokenAsync("short", "{}");
        Assert.Equal(HttpStatusCode.OK, await AskAsync(token));

        await SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default/serviceaccounts/short", null);
        await SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"short"}}""");

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(token));
    }

    [Fact]
    public async Task ARequest_AfterTheObjectThatTheTokenIsBoundToIsGone_IsUnauthorized()
    {
        await SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/secrets", """{"metadata":{"name":"bound"}}""");
        var token = await TokenAsync("default", """{"boundObjectRef":{"kind":"Secret","apiVersion":"v1","name":"bound"}}""");
        Assert.Equal(HttpStatusCode.OK, await AskAsync(token));

        await SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default/secrets/bound", null);

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(token));
    }

    [Fact]
    public async Task ATokenReview_OfATokenForAnotherAudience_AuthenticatesForThatAudienceOnly()
    {
        var token = await TokenAsync("default", """{"audiences":["vault"]}""");

        var forVault = await ReviewAsync($$"""{"token":"{{token}}","audiences":["vault","other"]}""");
        var forTheApi = await ReviewAsync($$"""{"token":"{{token}}"}""");

        Assert.True((bool?)forVault["authenticated"]);
        Assert.Equal(["vault"], forVault["audiences"]!.AsArray().Select(audience => (string)audience!));
        Assert.Null(forTheApi["authenticated"]);
    }

    private async Task<JsonNode> ReviewAsync(string spec) =>
        (await SendAsync(HttpMethod.Post, "/apis/authentication.k8s.io/v1/tokenreviews", $$"""{"kind":"TokenReview","apiVersion":"authentication.k8s.io/v1","spec":{{spec}}}"""))["status"]!;

    private async Task<string> TokenAsync(string account, string spec)
    {
        var answer = await SendAsync(
            HttpMethod.Post, $"/api/v1/namespaces/default/serviceaccounts/{account}/token", $$"""{"kind":"TokenRequest","apiVersion":"authentication.k8s.io/v1","spec":{{spec}}}""");
        return (string?)answer["status"]?["token"] ?? throw new InvalidOperationException(answer.ToJsonString());
    }

    private async Task<HttpStatusCode> AskAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Discovery, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await cluster.Anonymous.SendAsync(request, Stop);
        return response.StatusCode;
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await cluster.Http.SendAsync(request, Stop);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!;
    }
}
