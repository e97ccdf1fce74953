using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Scalelab.Registry.Tests.Http;

public sealed class BlobTests
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("0123456789");

    [Fact]
    public async Task Get_PushedBlob_ReturnsItsBytesAndDigest()
    {
        await using var registry = await TestRegistry.StartAsync();
        var digest = await registry.PushBlobAsync("a/b", Content);

        var response = await registry.SendAsync(HttpMethod.Get, $"/v2/a/b/blobs/{digest}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(digest, response.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Equal(Content, await response.Content.ReadAsByteArrayAsync(TestRegistry.Cancellation));
    }

    [Fact]
    public async Task Head_PushedBlob_TellsTheLengthWithoutABody()
    {
        await using var registry = await TestRegistry.StartAsync();
        var digest = await registry.PushBlobAsync("a", Content);

        var response = await registry.SendAsync(HttpMethod.Head, $"/v2/a/blobs/{digest}");

        Assert.Equal((HttpStatusCode.OK, (long?)Content.Length), (response.StatusCode, response.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task Get_WithRange_ReturnsThatPart()
    {
        await using var registry = await TestRegistry.StartAsync();
        var digest = await registry.PushBlobAsync("a", Content);

        var response = await registry.SendAsync(HttpMethod.Get, $"/v2/a/blobs/{digest}", null, ("Range", "bytes=2-4"));

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(new ContentRangeHeaderValue(2, 4, 10), response.Content.Headers.ContentRange);
        Assert.Equal("234", await response.Content.ReadAsStringAsync(TestRegistry.Cancellation));
    }

    [Fact]
    public async Task Get_WithRangeBeyondTheEnd_IsRefused()
    {
        await using var registry = await TestRegistry.StartAsync();
        var digest = await registry.PushBlobAsync("a", Content);

        var response = await registry.SendAsync(HttpMethod.Get, $"/v2/a/blobs/{digest}", null, ("Range", "bytes=10-"));

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
    }

    [Fact]
    public async Task Get_BlobOfAnotherRepository_IsUnknown()
    {
        await using var registry = await TestRegistry.StartAsync();
        var digest = await registry.PushBlobAsync("a", Content);

        var response = await registry.SendAsync(HttpMethod.Get, $"/v2/b/blobs/{digest}");

        await TestRegistry.AssertErrorAsync(response, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
    }

    [Theory]
    [InlineData("sha256:abc")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    public async Task Get_WithMalformedDigest_IsRefused(string digest)
    {
        await using var registry = await TestRegistry.StartAsync();

        var response = await registry.SendAsync(HttpMethod.Get, $"/v2/a/blobs/{digest}");

        await TestRegistry.AssertErrorAsync(response, HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    [Fact]
    public async Task Delete_Blob_TakesItOutOfThatRepositoryOnly()
    {
        await using var registry = await TestRegistry.StartAsync();
        var digest = await registry.PushBlobAsync("a", Content);
        await registry.PushBlobAsync("b", Content);

        var deleted = await registry.SendAsync(HttpMethod.Delete, $"/v2/a/blobs/{digest}");

        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await registry.SendAsync(HttpMethod.Get, $"/v2/a/blobs/{digest}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await registry.SendAsync(HttpMethod.Get, $"/v2/b/blobs/{digest}")).StatusCode);
    }
}
