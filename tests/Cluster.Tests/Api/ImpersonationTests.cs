using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Tests.Api;

public sealed class ImpersonationTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    [Fact]
    public async Task ARequest_AsAServiceAccount_HasThatAccountsGroups()
    {
        var user = await WhoAmIAsync(("Impersonate-User", "system:serviceaccount:default:default"));

        Assert.Equal("system:serviceaccount:default:default", (string?)user["username"]);
        Assert.Equal(["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"], user["groups"]!.AsArray().Select(group => (string)group!));
    }

    [Fact]
    public async Task ARequest_AsAUserOfGroups_HasTheseAndIsAuthenticated()
    {
        var user = await WhoAmIAsync(("Impersonate-User", "jane"), ("Impersonate-Group", "developers"), ("Impersonate-Extra-Scopes", "view"));

        Assert.Equal("jane", (string?)user["username"]);
        Assert.Equal(["developers", "system:authenticated"], user["groups"]!.AsArray().Select(group => (string)group!));
        Assert.Equal("view", (string?)user["extra"]!["scopes"]![0]);
    }

    [Fact]
    public async Task ARequest_AsSomebodyWithoutRights_IsForbidden()
    {
        using var request = Request(HttpMethod.Get, "/api/v1/namespaces/default/pods", ("Impersonate-User", "jane"));
        using var response = await cluster.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("User \\\"jane\\\" cannot list resource", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ImpersonatingSomebody_WithoutTheRightTo_IsForbidden()
    {
        using var request = Request(HttpMethod.Get, "/version", ("Impersonate-User", "jane"));
        using var response = await cluster.Anonymous.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("cannot impersonate resource \\\"users\\\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private async Task<JsonNode> WhoAmIAsync(params (string Name, string Value)[] headers)
    {
        using var request = Request(HttpMethod.Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews", headers);
        request.Content = JsonContent.Create(new { apiVersion = "authentication.k8s.io/v1", kind = "SelfSubjectReview" });
        using var response = await cluster.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["status"]!["userInfo"]!;
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return request;
    }
}
