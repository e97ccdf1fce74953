using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Scalelab.ModelServer.Tests.Models.Sources;

public sealed class WebSourceTests
{
    private static readonly byte[] Network = [8, 7, .. RandomNumberGenerator.GetBytes(300_000)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tar")]
    [InlineData("tar.gz")]
    [InlineData("zip")]
    public async Task Fetch_Archive_UnpacksItWhateverItIsCalled(string kind)
    {
        (string, string)[] files = [("wine/model.onnx", "network"), ("wine/model.json", "{}"), ("wine/data/weights.bin", "1234")];
        var archive = kind switch { "tar" => Archives.Tar(files), "zip" => Archives.Zip(files), _ => Archives.Gzip(Archives.Tar(files)) };
        await using var server = await LoopbackServer.StartAsync(context => LoopbackServer.ServeAsync(context, archive));
        using var sources = new TestSources();

        var folder = await sources.FetchAsync($"{server.Address}download?id=7");

        Assert.Equal("network", await File.ReadAllTextAsync(Path.Combine(folder, "model.onnx"), Cancellation));
        Assert.Equal("1234", await File.ReadAllTextAsync(Path.Combine(folder, "data", "weights.bin"), Cancellation));
    }

    [Fact]
    public async Task Fetch_Network_IsFoundUnderTheNameThatServersLookFor()
    {
        await using var server = await LoopbackServer.StartAsync(context => LoopbackServer.ServeAsync(context, Network));
        using var sources = new TestSources();

        var folder = await sources.FetchAsync($"{server.Address}networks/food11-v2.onnx");

        Assert.Equal(Network, await File.ReadAllBytesAsync(Path.Combine(folder, "model.onnx"), Cancellation));
    }

    [Fact]
    public async Task Fetch_SameVersionAgain_TransfersNothing()
    {
        await using var server = await LoopbackServer.StartAsync(context => LoopbackServer.ServeAsync(context, Network));
        using var sources = new TestSources();

        var first = await sources.FetchAsync($"{server.Address}model.onnx");
        var second = await sources.FetchAsync($"{server.Address}model.onnx");

        Assert.Equal(first, second);
        Assert.Equal(["GET /model.onnx bytes=0-0", "GET /model.onnx", "GET /model.onnx bytes=0-0"], server.Requests);
    }

    [Fact]
    public async Task Fetch_NewVersion_IsAnotherFolderAndTheOldOneStays()
    {
        var (content, tag) = (Network, "\"v1\"");
        await using var server = await LoopbackServer.StartAsync(context => LoopbackServer.ServeAsync(context, content, tag));
        using var sources = new TestSources();
        var first = await sources.FetchAsync($"{server.Address}model.onnx");

        (content, tag) = ([1, 2, 3], "\"v2\"");
        var second = await sources.FetchAsync($"{server.Address}model.onnx");

        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(Path.Combine(second, "model.onnx"), Cancellation));
        Assert.Equal(Network, await File.ReadAllBytesAsync(Path.Combine(first, "model.onnx"), Cancellation));
    }

    [Fact]
    public async Task Fetch_ServerTellsNoVersion_IsBroughtEachTimeAndFiledByItsContent()
    {
        await using var server = await LoopbackServer.StartAsync(context => LoopbackServer.ServeAsync(context, Network, tag: null));
        using var sources = new TestSources();

        var first = await sources.FetchAsync($"{server.Address}model.onnx");
        var second = await sources.FetchAsync($"{server.Address}model.onnx");

        Assert.Equal(first, second);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task Fetch_TransferBreaks_GoesOnWhereItStopped()
    {
        var breaks = 2;
        await using var server = await LoopbackServer.StartAsync(context =>
            LoopbackServer.ServeAsync(context, Network, "\"v1\"", IsProbe(context) || breaks-- <= 0 ? Network.Length : 100_000 * (2 - breaks)));
        using var sources = new TestSources();

        var folder = await sources.FetchAsync($"{server.Address}model.onnx");

        Assert.Equal(Network, await File.ReadAllBytesAsync(Path.Combine(folder, "model.onnx"), Cancellation));
        // Of what the server sent, the last may be lost with the connection.
        var starts = server.Requests.Skip(1).Select(Start).ToArray();
        Assert.Equal(0, starts[0]);
        Assert.InRange(starts[1], 1, 100_000);
        Assert.InRange(starts[2], starts[1] + 1, 200_000);
    }

    [Fact]
    public async Task Fetch_ServerStoppedMidway_GoesOnInTheNextProcess()
    {
        var isBroken = true;
        await using var server = await LoopbackServer.StartAsync(context =>
            LoopbackServer.ServeAsync(context, Network, "\"v1\"", IsProbe(context) || !isBroken ? Network.Length : 100_000));
        using var sources = new TestSources();
        Assert.Contains("in a row", await sources.RefusalAsync($"{server.Address}model.onnx"), StringComparison.Ordinal);
        server.Requests.Clear();

        isBroken = false;
        using var next = new TestSources(options => options with { CacheFolder = sources.Cache });
        var folder = await next.FetchAsync($"{server.Address}model.onnx");

        Assert.Equal(Network, await File.ReadAllBytesAsync(Path.Combine(folder, "model.onnx"), Cancellation));
        Assert.Equal(2, server.Requests.Count);
        Assert.InRange(Start(server.Requests.Last()), 1, 100_000);
    }

    [Fact]
    public async Task Fetch_BreaksAndServerKnowsNoRanges_StartsAgain()
    {
        var requests = 0;
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Request.Headers.Remove("Range");
            return LoopbackServer.ServeAsync(context, Network, "\"v1\"", ++requests == 2 ? 1000 : Network.Length);
        });
        using var sources = new TestSources();

        var folder = await sources.FetchAsync($"{server.Address}model.onnx");

        Assert.Equal(Network, await File.ReadAllBytesAsync(Path.Combine(folder, "model.onnx"), Cancellation));
    }

    [Fact]
    public async Task Fetch_ServerIsBusy_WaitsAsLongAsItAsks()
    {
        var busy = 2;
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            if (IsProbe(context) || busy-- <= 0)
            {
                return LoopbackServer.ServeAsync(context, Network);
            }
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "7";
            return Task.CompletedTask;
        });
        using var sources = new TestSources();

        await sources.FetchAsync($"{server.Address}model.onnx");

        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7)], sources.Time.Pauses);
    }

    [Fact]
    public async Task Fetch_ServerFallsSilent_IsBrokenOffAndToldOf()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            if (IsProbe(context))
            {
                await LoopbackServer.ServeAsync(context, Network);
                return;
            }
            context.Response.ContentLength = Network.Length;
            await context.Response.Body.WriteAsync(Network.AsMemory(0, 10));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var sources = new TestSources(options => options with { Attempts = 1, Deadline = TimeSpan.FromDays(30) });

        var refusal = sources.RefusalAsync($"{server.Address}model.onnx");
        // What was read is stored before the next is waited for.
        while (!refusal.IsCompleted && (!Directory.Exists(sources.Cache) || !Directory.EnumerateFiles(sources.Cache, "*.part", SearchOption.AllDirectories).Any(file => new FileInfo(file).Length == 10)))
        {
            Cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
        }
        while (!refusal.IsCompleted)
        {
            sources.Time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        Assert.Contains("nothing came for 60 seconds", await refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_TakesLongerThanAllowed_EndsAndSaysSo()
    {
        var asked = new TaskCompletionSource();
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var sources = new TestSources(options => options with { Deadline = TimeSpan.FromMinutes(3), Silence = TimeSpan.FromHours(1) });

        var refusal = sources.RefusalAsync($"{server.Address}model.onnx");
        await asked.Task.WaitAsync(Cancellation);
        sources.Time.Advance(TimeSpan.FromMinutes(3));

        Assert.Contains("was not fetched within 3 minutes", await refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_DigestInTheAddress_IsHeldAgainstTheContent()
    {
        await using var server = await LoopbackServer.StartAsync(context => LoopbackServer.ServeAsync(context, Network));
        using var sources = new TestSources();
        var right = Convert.ToHexStringLower(SHA256.HashData(Network));

        var folder = await sources.FetchAsync($"{server.Address}model.onnx#sha256={right}");
        var wrong = await sources.RefusalAsync($"{server.Address}model.onnx#sha256={new string('0', 64)}");

        Assert.True(File.Exists(Path.Combine(folder, "model.onnx")));
        Assert.Contains("its SHA256 is not 000", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_DamagedOnce_IsFetchedAgain()
    {
        var damaged = Network.ToArray();
        damaged[1000] ^= 1;
        var requests = 0;
        await using var server = await LoopbackServer.StartAsync(context => LoopbackServer.ServeAsync(context, ++requests == 2 ? damaged : Network));
        using var sources = new TestSources();

        var folder = await sources.FetchAsync($"{server.Address}model.onnx#sha256={Convert.ToHexStringLower(SHA256.HashData(Network))}");

        Assert.Equal(Network, await File.ReadAllBytesAsync(Path.Combine(folder, "model.onnx"), Cancellation));
        Assert.Contains(sources.Log.Lines, line => line.Contains("came damaged", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(404, "the server answers 404 Not Found: no such file. Check the address.")]
    [InlineData(403, "the server answers 403 Forbidden: no such file. Check the credentials.")]
    public async Task Fetch_Refused_SaysWhatTheServerSaysAndAsksOnce(int status, string message)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("no such file.");
        });
        using var sources = new TestSources();

        Assert.Contains(message, await sources.RefusalAsync($"{server.Address}model.onnx"), StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Fetch_NobodyListens_SaysSo()
    {
        var server = await LoopbackServer.StartAsync(_ => Task.CompletedTask);
        var address = server.Address;
        await server.DisposeAsync();
        using var sources = new TestSources();

        Assert.StartsWith($"{address}model.onnx cannot be fetched: ", await sources.RefusalAsync($"{address}model.onnx"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fetch_TooLarge_IsRefusedWhetherAnnouncedOrNot(bool isAnnounced)
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.ContentLength = isAnnounced ? Network.Length : null;
            await context.Response.Body.WriteAsync(Network);
        });
        using var sources = new TestSources(options => options with { MaxBytes = 100_000 });

        var refusal = await sources.RefusalAsync($"{server.Address}model.onnx");

        Assert.Contains("more than 97.7 KiB, the most of one model", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_AnnouncedLengthIsNotReached_IsNoModel()
    {
        await using var server = await LoopbackServer.StartAsync(context => LoopbackServer.ServeAsync(context, Network, "\"v1\"", IsProbe(context) ? 1 : 10));
        using var sources = new TestSources(options => options with { Attempts = 2 });

        Assert.Contains("in a row", await sources.RefusalAsync($"{server.Address}model.onnx"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_ByManyAtOnce_TransfersOnce()
    {
        await using var server = await LoopbackServer.StartAsync(context => LoopbackServer.ServeAsync(context, Network));
        using var sources = new TestSources();

        var folders = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => sources.FetchAsync($"{server.Address}model.onnx")));

        Assert.Single(folders.Distinct());
        Assert.Single(server.Requests, request => !request.EndsWith("bytes=0-0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fetch_HeadersOfTheHost_AreSentAsKServeSendsThem()
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Request.Headers.Authorization == "Bearer t0ken"
            ? LoopbackServer.ServeAsync(context, Network)
            : Task.FromResult(context.Response.StatusCode = 401));
        using var sources = new TestSources(null, ("127.0.0.1-headers", """{"Authorization": "Bearer t0ken"}"""));

        Assert.NotEmpty(await sources.FetchAsync($"{server.Address}model.onnx"));
    }

    [Fact]
    public async Task Fetch_WithPasswordAndSignedQuery_LogsNeither()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
            context.Request.Headers.Authorization == $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("ann:s3cret"))}"
                ? LoopbackServer.ServeAsync(context, Network)
                : Task.FromResult(context.Response.StatusCode = 401));
        using var sources = new TestSources();

        await sources.FetchAsync($"http://ann:s3cret@{server.Address.Authority}/model.onnx?signature=s1gned");
        var refusal = await sources.RefusalAsync($"http://ann:wr0ng@{server.Address.Authority}/model.onnx?signature=s1gned");

        var all = string.Join('\n', [.. sources.Log.Lines, refusal]);
        Assert.Contains("/model.onnx", all, StringComparison.Ordinal);
        Assert.All(["s3cret", "wr0ng", "s1gned"], secret => Assert.DoesNotContain(secret, all, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://")]
    [InlineData("gs://bucket/model")]
    [InlineData("model.onnx")]
    [InlineData("")]
    [InlineData("://x")]
    public async Task Fetch_AddressThatIsNone_SaysWhatOneLooksLike(string uri)
    {
        using var sources = new TestSources();

        Assert.Contains("://", await sources.RefusalAsync(uri), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_CertificateThatNobodyVouchesFor_IsRefused()
    {
        using var certificate = TestCertificate.Create();
        await using var server = await LoopbackServer.StartAsync(context => LoopbackServer.ServeAsync(context, Network), certificate);
        using var sources = new TestSources();

        Assert.Contains("SSL", await sources.RefusalAsync($"{server.Address}model.onnx"), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    // The byte that a request begins at.
    private static int Start(string request) => request.Split("bytes=") is [_, var range]
        ? int.Parse(range.TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture)
        : 0;

    private static bool IsProbe(HttpContext context) => context.Request.Headers.Range == "bytes=0-0";
}
