using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Scalelab.Registry.Tests;

/// <summary>A registry on a free port and in a folder of its own, and the requests that most tests make.</summary>
internal sealed class TestRegistry : IAsyncDisposable
{
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    private readonly bool _keepsFolder;
    private readonly RegistryServer _server;

    private TestRegistry(RegistryOptions options, bool keepsFolder)
    {
        Options = options;
        _keepsFolder = keepsFolder;
        _server = new RegistryServer(options, Time, NullLoggerFactory.Instance);
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public FakeTimeProvider Time { get; } = new();

    public RegistryOptions Options { get; }

    public string Folder => Options.Folder;

    public string Host => _server.Endpoint.ToString();

    public HttpClient Client { get; private set; } = null!;

    public static string NewFolder() => Directory.CreateTempSubdirectory("scalelab-registry-").FullName;

    /// <param name="configure">Changes the options.</param>
    /// <param name="folder">A folder that outlives this server; a new one that goes with it when null.</param>
    public static async Task<TestRegistry> StartAsync(Func<RegistryOptions, RegistryOptions>? configure = null, string? folder = null)
    {
        var options = new RegistryOptions { Folder = folder ?? NewFolder(), Endpoint = new IPEndPoint(IPAddress.Loopback, 0) };
        var registry = new TestRegistry(configure?.Invoke(options) ?? options, folder is not null);
        await registry._server.StartAsync(Cancellation);
        registry.Client = new HttpClient { BaseAddress = new Uri($"http://{registry.Host}") };
        return registry;
    }

    public static string DigestOf(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        if (!_keepsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    public async Task<string> StartUploadAsync(string repository)
    {
        var response = await SendAsync(HttpMethod.Post, $"/v2/{repository}/blobs/uploads/");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return response.Headers.Location!.ToString();
    }

    public async Task<string> PushBlobAsync(string repository, byte[] content)
    {
        var digest = DigestOf(content);
        var response = await SendAsync(HttpMethod.Put, $"{await StartUploadAsync(repository)}?digest={digest}", new ByteArrayContent(content));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return digest;
    }

    public async Task<HttpResponseMessage> PutManifestAsync(string repository, string reference, string json, string? mediaType = OciManifest)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        return await SendAsync(HttpMethod.Put, $"/v2/{repository}/manifests/{reference}", content, mediaType is null ? [] : [("Content-Type", mediaType)]);
    }

    /// <summary>Pushes an image with one layer and returns its manifest's digest and text.</summary>
    public async Task<(string Digest, string Json)> PushImageAsync(string repository, string tag, string layer = "layer", Func<JsonObject, Task>? change = null)
    {
        var config = Encoding.UTF8.GetBytes("{}");
        var content = Encoding.UTF8.GetBytes(layer);
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = OciManifest,
            ["config"] = Descriptor("application/vnd.oci.image.config.v1+json", await PushBlobAsync(repository, config), config.Length),
            ["layers"] = new JsonArray(Descriptor("application/vnd.oci.image.layer.v1.tar", await PushBlobAsync(repository, content), content.Length)),
        };
        if (change is not null)
        {
            await change(manifest);
        }

        var json = manifest.ToJsonString();
        var response = await PutManifestAsync(repository, tag, json);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (response.Headers.GetValues("Docker-Content-Digest").Single(), json);
    }

    public static JsonObject Descriptor(string mediaType, string digest, int size) => new() { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = size };

    public static async Task<string> ErrorCodeAsync(HttpResponseMessage response)
    {
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!;
        Assert.NotEmpty(body["errors"]![0]!["message"]!.GetValue<string>());
        return body["errors"]![0]!["code"]!.GetValue<string>();
    }

    public static async Task AssertErrorAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        Assert.Equal((status, code), (response.StatusCode, await ErrorCodeAsync(response)));
    }
}
