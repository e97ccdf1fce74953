using System.Formats.Tar;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Scalelab.ModelServer.Models.Sources.Oci;
using Scalelab.Registry;

namespace Scalelab.ModelServer.Tests.Models.Sources;

/// <summary>Against the registry of this repository.</summary>
public sealed class OciSourceTests : IAsyncLifetime
{
    private const string Tar = "application/vnd.oci.image.layer.v1.tar";
    private const string Title = "org.opencontainers.image.title";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("model-registry-");
    private readonly TestSources _sources = new();
    private readonly HttpClient _http = new();
    private RegistryServer _registry = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Host => $"{_registry.Endpoint}";

    public async ValueTask InitializeAsync()
    {
        _registry = new RegistryServer(
            new RegistryOptions { Folder = _folder.FullName, Endpoint = new IPEndPoint(IPAddress.Loopback, 0) }, TimeProvider.System, NullLoggerFactory.Instance);
        await _registry.StartAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _sources.Dispose();
        await _registry.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Fetch_Artifact_HasItsFilesUnderTheirNames()
    {
        await PushAsync("wine", "1", [("application/octet-stream", Bytes("network"), Title, "model.onnx"), ("text/plain", Bytes("a,b"), Title, "data/labels.csv")]);

        var folder = await _sources.FetchAsync($"oci://{Host}/wine:1");

        Assert.Equal("network", await File.ReadAllTextAsync(Path.Combine(folder, "model.onnx"), Cancellation));
        Assert.Equal("a,b", await File.ReadAllTextAsync(Path.Combine(folder, "data", "labels.csv"), Cancellation));
    }

    [Fact]
    public async Task Fetch_ArtifactOfAPackedFolder_IsUnpacked()
    {
        var layer = Archives.Gzip(Archives.Tar(("wine/model.onnx", "network"), ("wine/model.json", "{}")));
        await PushAsync("wine", "1", [(Tar + "+gzip", layer, Title, "wine")]);

        var folder = await _sources.FetchAsync($"oci://{Host}/wine:1");

        Assert.Equal(["model.json", "model.onnx"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Fetch_Image_TakesItsFolderOfModels()
    {
        var system = Archives.Tar(tar =>
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "bin") { LinkName = "/usr/bin" });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "/etc/passwd") { DataStream = new MemoryStream([1]) });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "models/model.onnx") { DataStream = new MemoryStream(Bytes("old")) });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "models/stale") { DataStream = new MemoryStream([1]) });
        });
        var update = Archives.Gzip(Archives.Tar(("./models/model.onnx", "new"), ("models/.wh.stale", "")));
        await PushAsync("wine", "1", [(Tar, system, null, null), (Tar + "+gzip", update, null, null)]);

        var folder = await _sources.FetchAsync($"oci://{Host}/wine:1");

        Assert.Equal("new", await File.ReadAllTextAsync(Path.Combine(folder, "model.onnx"), Cancellation));
        Assert.Equal(["model.onnx"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Fetch_ImageThatDeletesItsModels_HasThoseOfLaterLayersOnly()
    {
        await PushAsync("wine", "1", [
            (Tar, Archives.Tar(("models/old.onnx", "old"), ("models/a", "a")), null, null),
            (Tar, Archives.Tar((".wh.models", "")), null, null),
            (Tar, Archives.Tar(("models/new.onnx", "new")), null, null)]);

        var folder = await _sources.FetchAsync($"oci://{Host}/wine:1");

        Assert.Equal("new", await File.ReadAllTextAsync(Path.Combine(folder, "model.onnx"), Cancellation));
        Assert.Single(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task Fetch_ImageWithoutModels_SaysSo()
    {
        await PushAsync("app", "1", [(Tar, Archives.Tar(("app/main", "x")), null, null)]);

        Assert.Contains("holds no files", await _sources.RefusalAsync($"oci://{Host}/app:1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_ByDigestOfAnIndex_ChoosesTheOneForThisMachine()
    {
        var manifest = await PushAsync("wine", "amd", [("x", Bytes("network"), Title, "model.onnx")]);
        var index = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.index.v1+json",
            ["manifests"] = new JsonArray(Descriptor("application/vnd.oci.image.manifest.v1+json", manifest)),
        };
        var digest = await PutAsync("wine", "all", index);

        var folder = await _sources.FetchAsync($"oci://{Host}/wine@{digest}");

        Assert.Equal("network", await File.ReadAllTextAsync(Path.Combine(folder, "model.onnx"), Cancellation));
    }

    [Fact]
    public async Task Fetch_SameContentUnderAnotherName_TransfersNothing()
    {
        await PushAsync("wine", "1", [("x", Bytes("network"), Title, "model.onnx")]);
        await PushAsync("copy", "2", [("x", Bytes("network"), Title, "model.onnx")]);

        Assert.Equal(await _sources.FetchAsync($"oci://{Host}/wine:1"), await _sources.FetchAsync($"oci://{Host}/copy:2"));
    }

    [Fact]
    public async Task Fetch_NoSuchTag_SaysWhatTheRegistrySays()
    {
        Assert.Contains("404 Not Found", await _sources.RefusalAsync($"oci://{Host}/nothing:here"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_NameLeadsOutOfTheFolder_IsRefused()
    {
        await PushAsync("wine", "1", [("x", Bytes("x"), Title, "../evil")]);

        Assert.Contains("no path inside a folder", await _sources.RefusalAsync($"oci://{Host}/wine:1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_RegistryAsksForAToken_LogsInAsDockerDoes()
    {
        var config = Directory.CreateDirectory(Path.Combine(_sources.Scratch, "docker")).FullName;
        var basic = Convert.ToBase64String(Bytes("ann:s3cret"));
        await using var front = await LoopbackServer.StartAsync(async context =>
        {
            var address = $"http://{context.Request.Host}";
            if (context.Request.Path == "/token")
            {
                var isKnown = context.Request.Headers.Authorization == $"Basic {basic}" && context.Request.Query["scope"] == "repository:wine:pull,push";
                context.Response.StatusCode = isKnown ? 200 : 401;
                await context.Response.WriteAsync(isKnown ? """{"token":"t0ken"}""" : "{}");
                return;
            }
            if (context.Request.Headers.Authorization != "Bearer t0ken")
            {
                context.Response.StatusCode = 401;
                context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{address}/token\",service=\"reg\",scope=\"repository:wine:pull,push\"";
                return;
            }
            using var response = await _http.SendAsync(Forward(context), Cancellation);
            await response.Content.CopyToAsync(context.Response.Body, Cancellation);
        });
        await File.WriteAllTextAsync(
            Path.Combine(config, "config.json"), new JsonObject { ["auths"] = new JsonObject { [front.Address.Authority] = new JsonObject { ["auth"] = basic } } }.ToJsonString(), Cancellation);
        await PushAsync("wine", "1", [("x", Bytes("network"), Title, "model.onnx")]);
        using var known = new TestSources(null, ("DOCKER_CONFIG", config));

        Assert.NotEmpty(await known.FetchAsync($"oci://{front.Address.Authority}/wine:1"));
        Assert.Contains("docker login", await _sources.RefusalAsync($"oci://{front.Address.Authority}/wine:1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_ContentIsNotItsDigest_IsRefused()
    {
        await PushAsync("wine", "1", [("x", Bytes("network"), Title, "model.onnx")]);
        await using var front = await LoopbackServer.StartAsync(async context =>
        {
            using var response = await _http.SendAsync(Forward(context), Cancellation);
            var content = await response.Content.ReadAsByteArrayAsync(Cancellation);
            await context.Response.Body.WriteAsync(context.Request.Path.Value!.Contains("blobs", StringComparison.Ordinal) ? [.. content.Reverse()] : content, Cancellation);
        });

        Assert.Contains("is not what", await _sources.RefusalAsync($"oci://{front.Address.Authority}/wine:1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("oci://127.0.0.1:5000/a/b", "http://127.0.0.1:5000/", "a/b", "latest")]
    [InlineData("oci://localhost/a:1.0", "http://localhost/", "a", "1.0")]
    [InlineData("oci://[::1]:5000/a", "http://[::1]:5000/", "a", "latest")]
    [InlineData("oci://ghcr.io/org/model:v1", "https://ghcr.io/", "org/model", "v1")]
    [InlineData("oci://docker.io/model", "https://registry-1.docker.io/", "library/model", "latest")]
    public void Parse_Address_KnowsItsParts(string uri, string registry, string repository, string reference)
    {
        var parsed = OciReference.Parse(uri);

        Assert.Equal((registry, repository, reference), (parsed.Registry.AbsoluteUri, parsed.Repository, parsed.Reference));
    }

    [Theory]
    [InlineData("oci://")]
    [InlineData("oci://host")]
    [InlineData("oci://host/")]
    [InlineData("oci://host/UPPER")]
    [InlineData("oci://host/a:b:c")]
    [InlineData("oci://host/a@sha256:12")]
    [InlineData("oci://host/../a")]
    [InlineData("oci://host:99999999/a")]
    [InlineData("oci://user:password@host/a")]
    public async Task Fetch_AddressThatIsNone_SaysWhatOneLooksLike(string uri)
    {
        Assert.Contains("oci://registry/repository:tag", await _sources.RefusalAsync(uri), StringComparison.Ordinal);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static JsonObject Descriptor(string type, byte[] content) =>
        new() { ["mediaType"] = type, ["digest"] = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}", ["size"] = content.Length };

    private HttpRequestMessage Forward(HttpContext context)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"http://{Host}{context.Request.Path}");
        request.Headers.TryAddWithoutValidation("Accept", context.Request.Headers.Accept.ToString());
        return request;
    }

    private async Task<byte[]> PushAsync(string repository, string tag, params (string Type, byte[] Content, string? Key, string? Value)[] layers)
    {
        var config = Bytes("{}");
        await PushBlobAsync(repository, config);
        var descriptors = new JsonArray();
        foreach (var (type, content, key, value) in layers)
        {
            await PushBlobAsync(repository, content);
            var descriptor = Descriptor(type, content);
            if (key is not null)
            {
                descriptor["annotations"] = new JsonObject { [key] = value };
            }
            descriptors.Add(descriptor);
        }
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Descriptor("application/vnd.oci.image.config.v1+json", config),
            ["layers"] = descriptors,
        };
        await PutAsync(repository, tag, manifest);
        return Bytes(manifest.ToJsonString());
    }

    private async Task<string> PutAsync(string repository, string tag, JsonObject manifest)
    {
        var content = new ByteArrayContent(Bytes(manifest.ToJsonString()));
        content.Headers.TryAddWithoutValidation("Content-Type", (string)manifest["mediaType"]!);
        using var response = await _http.PutAsync($"http://{Host}/v2/{repository}/manifests/{tag}", content, Cancellation);
        response.EnsureSuccessStatusCode();
        return response.Headers.GetValues("Docker-Content-Digest").Single();
    }

    private async Task PushBlobAsync(string repository, byte[] content)
    {
        using var start = await _http.PostAsync($"http://{Host}/v2/{repository}/blobs/uploads/", null, Cancellation);
        using var response = await _http.PutAsync(
            $"http://{Host}{start.Headers.Location}?digest=sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}", new ByteArrayContent(content), Cancellation);
        response.EnsureSuccessStatusCode();
    }
}
