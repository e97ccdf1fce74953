using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Scalelab.Registry.Tests.Http;

public sealed class UploadTests
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("hello, layer");
    private static readonly string ContentDigest = TestRegistry.DigestOf(Content);

    [Fact]
    public async Task Post_WithDigest_StoresTheBlobInOneRequest()
    {
        await using var registry = await TestRegistry.StartAsync();

        var response = await registry.SendAsync(HttpMethod.Post, $"/v2/a/blobs/uploads/?digest={ContentDigest}", new ByteArrayContent(Content));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal($"/v2/a/blobs/{ContentDigest}", response.Headers.Location!.ToString());
        Assert.Equal(Content, await registry.Client.GetByteArrayAsync($"/v2/a/blobs/{ContentDigest}", TestRegistry.Cancellation));
    }

    [Fact]
    public async Task Patch_InChunks_BuildsTheBlobAndTellsTheRange()
    {
        await using var registry = await TestRegistry.StartAsync();
        var upload = await registry.StartUploadAsync("a");

        var first = await registry.SendAsync(HttpMethod.Patch, upload, new ByteArrayContent(Content[..5]), ("Content-Range", "0-4"));
        var second = await registry.SendAsync(HttpMethod.Patch, upload, new ByteArrayContent(Content[5..9]), ("Content-Range", "5-8"));
        var last = await registry.SendAsync(HttpMethod.Put, $"{upload}?digest={ContentDigest}", new ByteArrayContent(Content[9..]));

        Assert.Equal((HttpStatusCode.Accepted, "0-4"), (first.StatusCode, first.Headers.GetValues("Range").Single()));
        Assert.Equal((HttpStatusCode.Accepted, "0-8"), (second.StatusCode, second.Headers.GetValues("Range").Single()));
        Assert.Equal(HttpStatusCode.Created, last.StatusCode);
        Assert.Equal(Content, await registry.Client.GetByteArrayAsync($"/v2/a/blobs/{ContentDigest}", TestRegistry.Cancellation));
    }

    [Theory]
    [InlineData("3-7")]
    [InlineData("0-1")]
    [InlineData("bytes 5-9/12")]
    public async Task Patch_WithAChunkThatDoesNotFit_IsRefusedAndTellsWhereToGoOn(string range)
    {
        await using var registry = await TestRegistry.StartAsync();
        var upload = await registry.StartUploadAsync("a");
        await registry.SendAsync(HttpMethod.Patch, upload, new ByteArrayContent(Content[..5]));

        var response = await registry.SendAsync(HttpMethod.Patch, upload, new ByteArrayContent(Content[5..10]), ("Content-Range", range));

        await TestRegistry.AssertErrorAsync(response, HttpStatusCode.RequestedRangeNotSatisfiable, "BLOB_UPLOAD_INVALID");
        Assert.Equal("0-4", response.Headers.GetValues("Range").Single());
    }

    [Fact]
    public async Task Get_RunningUpload_TellsWhatArrived()
    {
        await using var registry = await TestRegistry.StartAsync();
        var upload = await registry.StartUploadAsync("a");
        await registry.SendAsync(HttpMethod.Patch, upload, new ByteArrayContent(Content[..5]));

        var response = await registry.SendAsync(HttpMethod.Get, upload);

        Assert.Equal((HttpStatusCode.NoContent, "0-4"), (response.StatusCode, response.Headers.GetValues("Range").Single()));
    }

    [Fact]
    public async Task Patch_WhoseConnectionBreaks_KeepsWhatArrivedSoThatTheUploadGoesOn()
    {
        await using var registry = await TestRegistry.StartAsync();
        var upload = await registry.StartUploadAsync("a");
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPEndPoint.Parse(registry.Host), TestRegistry.Cancellation);
            var head = $"PATCH {upload} HTTP/1.1\r\nHost: {registry.Host}\r\nContent-Length: {Content.Length}\r\n\r\n";
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head).Concat(Content[..5]).ToArray(), TestRegistry.Cancellation);
        }

        var status = await registry.SendAsync(HttpMethod.Get, upload);
        var arrived = status.Headers.GetValues("Range").Single() == "0-4" ? 5 : 0;
        var finished = await registry.SendAsync(HttpMethod.Put, $"{upload}?digest={ContentDigest}", new ByteArrayContent(Content[arrived..]));

        Assert.Equal(HttpStatusCode.Created, finished.StatusCode);
    }

    [Fact]
    public async Task Put_WithAnotherDigest_IsRefusedAndStoresNothing()
    {
        await using var registry = await TestRegistry.StartAsync();
        var wrong = TestRegistry.DigestOf([1, 2, 3]);

        var response = await registry.SendAsync(HttpMethod.Put, $"{await registry.StartUploadAsync("a")}?digest={wrong}", new ByteArrayContent(Content));

        await TestRegistry.AssertErrorAsync(response, HttpStatusCode.BadRequest, "DIGEST_INVALID");
        Assert.Equal(HttpStatusCode.NotFound, (await registry.SendAsync(HttpMethod.Head, $"/v2/a/blobs/{wrong}")).StatusCode);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(registry.Folder, "uploads")));
    }

    [Fact]
    public async Task Put_WithoutDigest_IsRefused()
    {
        await using var registry = await TestRegistry.StartAsync();

        var response = await registry.SendAsync(HttpMethod.Put, await registry.StartUploadAsync("a"), new ByteArrayContent(Content));

        await TestRegistry.AssertErrorAsync(response, HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    [Fact]
    public async Task Put_WithSha512Digest_IsVerifiedAndStored()
    {
        await using var registry = await TestRegistry.StartAsync();
        var digest = $"sha512:{Convert.ToHexStringLower(SHA512.HashData(Content))}";

        var response = await registry.SendAsync(HttpMethod.Put, $"{await registry.StartUploadAsync("a")}?digest={digest}", new ByteArrayContent(Content));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(Content, await registry.Client.GetByteArrayAsync($"/v2/a/blobs/{digest}", TestRegistry.Cancellation));
    }

    [Fact]
    public async Task Post_MountOfAKnownBlob_NeedsNoUpload()
    {
        await using var registry = await TestRegistry.StartAsync();
        await registry.PushBlobAsync("a", Content);

        var response = await registry.SendAsync(HttpMethod.Post, $"/v2/b/blobs/uploads/?mount={ContentDigest}&from=a");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await registry.SendAsync(HttpMethod.Head, $"/v2/b/blobs/{ContentDigest}")).StatusCode);
    }

    [Theory]
    [InlineData("&from=a")]
    [InlineData("&from=../a")]
    [InlineData("")]
    public async Task Post_MountOfABlobThatIsNotThere_StartsAnUpload(string from)
    {
        await using var registry = await TestRegistry.StartAsync();

        var response = await registry.SendAsync(HttpMethod.Post, $"/v2/b/blobs/uploads/?mount={ContentDigest}{from}");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.NotNull(response.Headers.Location);
    }

    [Fact]
    public async Task Delete_Upload_CancelsIt()
    {
        await using var registry = await TestRegistry.StartAsync();
        var upload = await registry.StartUploadAsync("a");

        Assert.Equal(HttpStatusCode.NoContent, (await registry.SendAsync(HttpMethod.Delete, upload)).StatusCode);

        await TestRegistry.AssertErrorAsync(await registry.SendAsync(HttpMethod.Get, upload), HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(registry.Folder, "uploads")));
    }

    [Fact]
    public async Task Get_UploadOfAnotherRepository_IsUnknown()
    {
        await using var registry = await TestRegistry.StartAsync();
        var upload = await registry.StartUploadAsync("a");

        var response = await registry.SendAsync(HttpMethod.Get, upload.Replace("/v2/a/", "/v2/b/", StringComparison.Ordinal));

        await TestRegistry.AssertErrorAsync(response, HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    [Fact]
    public async Task Upload_IdleForLongerThanTheTimeout_Expires()
    {
        await using var registry = await TestRegistry.StartAsync();
        var idle = await registry.StartUploadAsync("a");
        var busy = await registry.StartUploadAsync("a");
        registry.Time.Advance(registry.Options.UploadTimeout / 2);
        await registry.SendAsync(HttpMethod.Patch, busy, new ByteArrayContent(Content));

        registry.Time.Advance(registry.Options.UploadTimeout / 2);

        await TestRegistry.AssertErrorAsync(await registry.SendAsync(HttpMethod.Get, idle), HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
        Assert.Equal(HttpStatusCode.NoContent, (await registry.SendAsync(HttpMethod.Get, busy)).StatusCode);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(registry.Folder, "uploads")));
    }

    [Fact]
    public async Task Post_BeyondTheOpenUploads_IsRefused()
    {
        await using var registry = await TestRegistry.StartAsync(options => options with { MaxUploads = 1 });
        await registry.StartUploadAsync("a");

        var response = await registry.SendAsync(HttpMethod.Post, "/v2/a/blobs/uploads/");

        await TestRegistry.AssertErrorAsync(response, HttpStatusCode.TooManyRequests, "TOOMANYREQUESTS");
    }

    [Fact]
    public async Task Put_BlobLargerThanAnyBuffer_ArrivesWhole()
    {
        await using var registry = await TestRegistry.StartAsync();
        var content = new byte[40 * 1024 * 1024];
        new Random(1).NextBytes(content);

        var digest = await registry.PushBlobAsync("a", content);

        Assert.Equal(content, await registry.Client.GetByteArrayAsync($"/v2/a/blobs/{digest}", TestRegistry.Cancellation));
    }
}
