using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Tests.Api;

namespace Scalelab.Cluster.Tests.Http;

public sealed class CompressionTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    private const string Large = "/api/v1/namespaces/default/configmaps/large";
    private const string Lists = "/api/v1/namespaces/default/configmaps";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Large)]
    [InlineData(Lists)]
    public async Task ALargeAnswer_ToAClientThatAcceptsGzip_IsCompressedAndTheSame(string path)
    {
        await StoreAsync();

        using var compressed = await GetAsync(path, "deflate, gzip;q=1.0");
        using var plain = await GetAsync(path, "identity");

        Assert.Equal(["gzip"], compressed.Content.Headers.ContentEncoding);
        Assert.Equal(["Accept-Encoding"], compressed.Headers.Vary);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        Assert.NotNull(plain.Content.Headers.ContentLength);
        await using var stream = new GZipStream(await compressed.Content.ReadAsStreamAsync(Stop), CompressionMode.Decompress);
        var (unpacked, sent) = (await JsonNode.ParseAsync(stream, cancellationToken: Stop), await JsonNode.ParseAsync(await plain.Content.ReadAsStreamAsync(Stop), cancellationToken: Stop));
        Assert.True(JsonNode.DeepEquals(sent!["items"]?[0] ?? sent, unpacked!["items"]?[0] ?? unpacked));
    }

    [Fact]
    public async Task ASmallAnswer_ToAClientThatAcceptsGzip_IsPlain()
    {
        using var answer = await GetAsync("/api/v1/namespaces/default", "gzip");

        Assert.Empty(answer.Content.Headers.ContentEncoding);
        Assert.Empty(answer.Headers.Vary);
    }

    private async Task StoreAsync()
    {
        var value = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "large" }, ["data"] = new JsonObject { ["k"] = new string('x', 200_000) } };
        using var content = new StringContent(value.ToJsonString(), Encoding.UTF8, "application/json");
        using var created = await cluster.Http.PostAsync(new Uri(Lists, UriKind.Relative), content, Stop);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Accept-Encoding", encoding);
        return await cluster.Http.SendAsync(request, Stop);
    }
}
