using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Scalelab.Cluster.Tests.Node.Images;

/// <summary>The reading half of a registry, which serves whatever it is given, right or wrong.</summary>
internal sealed class TestRegistry : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (byte[] Content, string Type)> _content = new();

    private TestRegistry(WebApplication app) => _app = app;

    /// <summary>Host and port, as they stand before an image's name.</summary>
    public string Host { get; private set; } = "";

    /// <summary>The paths asked for, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public static async Task<TestRegistry> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var registry = new TestRegistry(builder.Build());
        registry._app.Run(registry.AnswerAsync);
        await registry._app.StartAsync(cancellationToken);
        registry.Host = new Uri(registry._app.Urls.Single()).Authority;
        return registry;
    }

    public void AddBlob(string repository, byte[] content) => Add($"/v2/{repository}/blobs/{TestImage.Digest(content)}", content, "application/octet-stream");

    public void AddManifest(string repository, string tag, byte[] content, string type)
    {
        Add($"/v2/{repository}/manifests/{tag}", content, type);
        Add($"/v2/{repository}/manifests/{TestImage.Digest(content)}", content, type);
    }

    public void Add(string path, byte[] content, string type) => _content[path] = (content, type);

    /// <summary>Changes what is served without changing the name it is served under.</summary>
    public void Spoil(Func<string, bool> which, Func<byte[], byte[]> how)
    {
        foreach (var path in _content.Keys.Where(which))
        {
            _content[path] = (how(_content[path].Content), _content[path].Type);
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        Requests.Enqueue(path);
        if (!_content.TryGetValue(path, out var found))
        {
            context.Response.StatusCode = 404;
            return;
        }

        context.Response.ContentType = found.Type;
        context.Response.ContentLength = found.Content.Length;
        await context.Response.Body.WriteAsync(found.Content);
    }
}
