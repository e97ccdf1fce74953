using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Scalelab.ModelServer.Tests.Models.Sources;

/// <summary>A real web server on a free port of this machine that answers as a test says, and remembers what it was asked.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LoopbackServer(WebApplication app)
    {
        _app = app;
    }

    /// <summary>One line a request, in the order in which they came: method, path and query, and the range where one was asked for.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public Uri Address => new(_app.Urls.First());

    public static async Task<LoopbackServer> StartAsync(Func<HttpContext, Task> answer, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseShutdownTimeout(TimeSpan.Zero);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            });
        });
        if (certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }
        var app = builder.Build();
        var server = new LoopbackServer(app);
        app.Run(async context =>
        {
            var request = context.Request;
            server.Requests.Enqueue($"{request.Method} {request.Path}{request.QueryString} {request.Headers.Range}".TrimEnd());
            await answer(context);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Answers as most web servers do: with ranges, a tag, and 404 for what is not there.</summary>
    public static Task ServeAsync(HttpContext context, byte[] content, string? tag = "\"v1\"") => ServeAsync(context, content, tag, send: content.Length);

    /// <summary>The same, but breaks the connection off after so many bytes of the content.</summary>
    public static async Task ServeAsync(HttpContext context, byte[] content, string? tag, int send)
    {
        var (request, response) = (context.Request, context.Response);
        var from = 0;
        var to = content.Length - 1;
        var conditional = request.Headers.IfRange.ToString();
        if (request.GetTypedHeaders().Range?.Ranges.SingleOrDefault() is { From: { } start } range && (conditional.Length == 0 || conditional == tag))
        {
            from = (int)start;
            to = Math.Min(to, (int)(range.To ?? to));
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {from}-{to}/{content.Length}";
        }
        response.Headers.ETag = tag;
        response.ContentLength = to - from + 1;
        var end = Math.Min(to + 1, Math.Max(from, send));
        await response.Body.WriteAsync(content.AsMemory(from, end - from));
        if (end <= to)
        {
            // What was written has to leave before the connection does.
            await response.Body.FlushAsync();
            context.Abort();
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
