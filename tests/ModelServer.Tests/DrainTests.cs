using System.Net;
using SkiaSharp;

namespace Scalelab.ModelServer.Tests;

/// <summary>The real process, told to stop while clients keep asking.</summary>
public sealed class DrainTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Terminate_UnderLoad_FailsNoRequest()
    {
        using var model = TestModel.Create();
        await using var server = await ServerProcess.StartAsync(model.Folder, "DRAIN_SECONDS", "3");
        using var leaving = new CancellationTokenSource();
        var answered = new TaskCompletionSource();
        var clients = Enumerable.Range(0, 8).Select(_ => AskUntilAsync(server, () => answered.TrySetResult(), leaving.Token)).ToArray();
        await answered.Task.WaitAsync(Cancellation);

        var terminating = server.TerminateAsync();
        await NotReadyAsync(server);
        // As a balancer does that has learned of it: whoever comes while it learns is still answered.
        var late = await PredictAsync(server);
        await leaving.CancelAsync();
        var statuses = (await Task.WhenAll(clients)).SelectMany(each => each).ToArray();

        Assert.Equal(HttpStatusCode.OK, late);
        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(0, await terminating);
    }

    private static async Task<List<HttpStatusCode>> AskUntilAsync(ServerProcess server, Action answered, CancellationToken leaving)
    {
        var statuses = new List<HttpStatusCode>();
        while (!leaving.IsCancellationRequested)
        {
            statuses.Add(await PredictAsync(server));
            answered();
        }
        return statuses;
    }

    private static async Task<HttpStatusCode> PredictAsync(ServerProcess server)
    {
        using var content = new MultipartFormDataContent { { new ByteArrayContent(TestPicture.Plain(SKColors.Red)), "file", "red.png" } };
        using var response = await server.Client.PostAsync("/predict", content, Cancellation);
        return response.StatusCode;
    }

    private static async Task NotReadyAsync(ServerProcess server)
    {
        while (true)
        {
            using var response = await server.Client.GetAsync("/readyz", Cancellation);
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                Assert.True(response.Headers.ConnectionClose);
                return;
            }
        }
    }
}
