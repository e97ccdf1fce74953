using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;
using Scalelab.ModelServer.Pictures;

namespace Scalelab.ModelServer.Tests;

/// <summary>The server on a free port of this machine, with a clock that stands still, and a client of it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string Pod = "pod-<1>";

    private readonly TestModel? _model;

    private TestServer(WebApplication app, TestModel? model, FakeTimeProvider time)
    {
        App = app;
        _model = model;
        Time = time;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public WebApplication App { get; }

    public FakeTimeProvider Time { get; }

    public HttpClient Client { get; }

    /// <summary>Serves the model of colours, or the bundled one.</summary>
    /// <param name="limits">What a picture may cost.</param>
    /// <param name="bundledModel">The bundled one.</param>
    /// <param name="settings">Further settings: key, value, key, value.</param>
    public static async Task<TestServer> StartAsync(PictureLimits? limits = null, bool bundledModel = false, params string[] settings)
    {
        var model = bundledModel ? null : TestModel.Create();
        var time = new FakeTimeProvider();
        string[] args =
        [
            "--urls", "http://127.0.0.1:0", "--POD_NAME", Pod, "--MODEL_DIR", model?.Folder ?? "", "--Logging:LogLevel:Default=Warning",
            .. settings.Chunk(2).SelectMany(pair => new[] { $"--{pair[0]}", pair[1] }),
        ];
        var app = ModelServerApp.Build(args, time, limits);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestServer(app, model, time);
    }

    /// <summary>Posts a picture as the page does.</summary>
    public Task<HttpResponseMessage> UploadAsync(byte[] picture, string field = "file") =>
        Client.PostAsync("/predict", new MultipartFormDataContent { { new ByteArrayContent(picture), field, "my picture.png" } }, TestContext.Current.CancellationToken);

    /// <summary>Posts JSON text.</summary>
    public Task<HttpResponseMessage> PostJsonAsync(string json, string route = "/predict") =>
        Client.PostAsync(route, new StringContent(json, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        var stopping = App.StopAsync(CancellationToken.None);
        Time.Advance(Readiness.Farewell);
        await stopping;
        await App.DisposeAsync();
        _model?.Dispose();
    }
}

internal static class Responses
{
    /// <summary>The body, after the status was found to be the expected one.</summary>
    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode} instead of {status}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return JsonNode.Parse(text)!;
    }

    /// <summary>What is wrong, out of a body that says how to mend it too.</summary>
    public static async Task<string> ErrorAsync(this HttpResponseMessage response, int status)
    {
        var body = await response.JsonAsync(status);
        Assert.NotEqual("", (string?)body["fix"] ?? "");
        return (string?)body["error"] ?? "";
    }
}
