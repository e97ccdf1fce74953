using System.Net;

namespace Scalelab.Registry.Tests.Http;

public sealed class ListTests
{
    [Fact]
    public async Task Tags_InPages_FollowTheLinksToTheEnd()
    {
        await using var registry = await TestRegistry.StartAsync();
        foreach (var tag in new[] { "v2", "latest", "v1" })
        {
            await registry.PushImageAsync("a/b", tag);
        }

        var first = await registry.SendAsync(HttpMethod.Get, "/v2/a/b/tags/list?n=2");
        var link = first.Headers.GetValues("Link").Single();
        var second = await registry.SendAsync(HttpMethod.Get, link[1..link.IndexOf('>', StringComparison.Ordinal)]);

        Assert.Equal("""{"name":"a/b","tags":["latest","v1"]}""", await first.Content.ReadAsStringAsync(TestRegistry.Cancellation));
        Assert.EndsWith("; rel=\"next\"", link, StringComparison.Ordinal);
        Assert.Equal("""{"name":"a/b","tags":["v2"]}""", await second.Content.ReadAsStringAsync(TestRegistry.Cancellation));
        Assert.False(second.Headers.Contains("Link"));
    }

    [Fact]
    public async Task Tags_OfAnUnknownRepository_IsNotFound()
    {
        await using var registry = await TestRegistry.StartAsync();

        await TestRegistry.AssertErrorAsync(await registry.SendAsync(HttpMethod.Get, "/v2/none/tags/list"), HttpStatusCode.NotFound, "NAME_UNKNOWN");
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("x")]
    public async Task Catalog_WithABadPageSize_IsRefused(string size)
    {
        await using var registry = await TestRegistry.StartAsync();

        await TestRegistry.AssertErrorAsync(await registry.SendAsync(HttpMethod.Get, $"/v2/_catalog?n={size}"), HttpStatusCode.BadRequest, "PAGINATION_NUMBER_INVALID");
    }

    [Fact]
    public async Task Catalog_WithNestedNames_ListsEachRepository()
    {
        await using var registry = await TestRegistry.StartAsync();
        await registry.PushImageAsync("team/app", "v1");
        await registry.PushImageAsync("team", "v1");

        var list = await registry.Client.GetStringAsync("/v2/_catalog", TestRegistry.Cancellation);

        Assert.Equal("""{"repositories":["scalelab/empty","team","team/app"]}""", list);
    }
}
