namespace Scalelab.ModelServer.Tests;

public sealed class ProgramTests
{
    [Fact]
    public async Task Start_ModelDoesNotFit_EndsWithOneMessage()
    {
        using var model = TestModel.Create(description => description["size"] = 7);

        var (exitCode, errors) = await ServerProcess.RefuseAsync(model.Folder);

        Assert.Equal(1, exitCode);
        var line = Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.StartsWith("model-server: ", line, StringComparison.Ordinal);
        Assert.Contains("Mend layout or size in model.json.", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ModelFolderMissing_EndsWithOneMessage()
    {
        var (exitCode, errors) = await ServerProcess.RefuseAsync("/nowhere");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("model-server: /nowhere/model.json does not exist.", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminate_Server_FinishesAndEndsWell()
    {
        using var model = TestModel.Create();
        await using var server = await ServerProcess.StartAsync(model.Folder);
        Assert.Equal("hello user from pod-1", await server.Client.GetStringAsync("/hello", TestContext.Current.CancellationToken));

        Assert.Equal(0, await server.TerminateAsync());
    }

    [Fact]
    public async Task Predict_ManyDecompressionBombs_AnswersThemInBoundedMemory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Peak memory is read from /proc.");
        using var model = TestModel.Create();
        await using var server = await ServerProcess.StartAsync(model.Folder);
        // Just within the limits: a few kilobytes that become 120 MB each, nearly a gigabyte together.
        var bomb = TestPicture.Bomb(6000, 5000);

        var statuses = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var content = new MultipartFormDataContent { { new ByteArrayContent(bomb), "file", "bomb.png" } };
            using var response = await server.Client.PostAsync("/predict", content, TestContext.Current.CancellationToken);
            return (int)response.StatusCode;
        }));

        Assert.All(statuses, status => Assert.Equal(200, status));
        Assert.InRange(server.PeakMemory(), 0, 400 * 1024 * 1024);
    }

    [Fact]
    public async Task Predict_ManyWrongRequests_HoldsNoMemory()
    {
        Assert.SkipUnless(int.TryParse(Environment.GetEnvironmentVariable("SOAK_REQUESTS"), out var requests), "Set SOAK_REQUESTS, to 100000 for example: it takes a minute.");
        using var model = TestModel.Create();
        await using var server = await ServerProcess.StartAsync(model.Folder);
        await AskAsync(server, requests / 4);
        var before = server.PeakMemory();

        await AskAsync(server, requests);

        Assert.InRange(server.PeakMemory() - before, 0, 32 * 1024 * 1024);
    }

    [Fact]
    public async Task Predict_QueueIsFull_RefusesTheRestAndAnswersTheOthers()
    {
        using var model = TestModel.Create();
        await using var server = await ServerProcess.StartAsync(model.Folder, "WORKERS", "1", "QUEUE_LIMIT", "1");
        var picture = TestPicture.Photograph(2000, 1500);

        var responses = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => server.PredictAsync(picture)));

        Assert.Equal([200, 503], responses.Select(response => (int)response.StatusCode).Distinct().Order());
        Assert.All(responses.Where(response => (int)response.StatusCode == 503), response => Assert.Equal("1", response.Headers.GetValues("Retry-After").Single()));
    }

    private static Task AskAsync(ServerProcess server, int requests) => Parallel.ForEachAsync(
        Enumerable.Range(0, requests), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken },
        async (_, _) => (await server.PredictAsync("no picture"u8.ToArray())).Dispose());
}
