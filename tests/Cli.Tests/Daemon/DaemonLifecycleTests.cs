using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Scalelab.Cli.Daemon;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cli.Tests.Daemon;

/// <summary>The background process, started and stopped for real, on free ports and in a folder of its own.</summary>
public sealed class DaemonLifecycleTests
{
    [Fact]
    public async Task StartAndStop_OnAFreshHome_LeaveNoProcessAndNoPort()
    {
        await using var lab = new TestLab();

        var started = await lab.StartAsync();
        var record = DaemonRecord.Read(lab.Home)!;
        using var client = new HttpClient();
        var answer = await client.GetAsync(new Uri($"http://{record.Registry}/v2/"), TestLab.Cancellation);
        var stopped = await lab.RunAsync("stop");

        Assert.Equal((ExitCode.Success, ""), (started.Code, started.Error));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal((ExitCode.Success, ""), (stopped.Code, stopped.Error));
        Assert.Null(ProcessIdentity.Of(record.Pid));
        await AssertClosedAsync(record.Registry!);
        await AssertClosedAsync(new Uri(record.Api!).Authority);
        Assert.Null(DaemonRecord.Read(lab.Home));
    }

    [Fact]
    public async Task Start_WhenItRunsAlready_SaysSoAndKeepsTheProcess()
    {
        await using var lab = new TestLab();
        await lab.StartAsync();
        var first = DaemonRecord.Read(lab.Home)!;

        var (code, output, _) = await lab.StartAsync();

        Assert.Equal(ExitCode.Success, code);
        Assert.StartsWith($"Already running (process {first.Pid}).", output, StringComparison.Ordinal);
        Assert.Equal(first, DaemonRecord.Read(lab.Home));
    }

    [Fact]
    public async Task Start_WhenAnOlderBuildRuns_SaysHowToGetTheNewOne()
    {
        await using var lab = new TestLab();
        await lab.StartAsync();
        (DaemonRecord.Read(lab.Home)! with { Build = "older" }).Write(lab.Home);

        var (code, output, _) = await lab.StartAsync();

        Assert.Equal(ExitCode.Success, code);
        Assert.StartsWith("Note: ", output, StringComparison.Ordinal);
        Assert.Contains("lab stop", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_TwiceAtOnce_StartsOneProcessThatBothFind()
    {
        await using var lab = new TestLab();

        var results = await Task.WhenAll(lab.StartAsync(), lab.StartAsync());

        Assert.All(results, result => Assert.Equal((ExitCode.Success, ""), (result.Code, result.Error)));
        var registry = $"http://{DaemonRecord.Read(lab.Home)!.Registry}";
        Assert.All(results, result => Assert.Contains(registry, result.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--registry-port", "--secure-port")]
    [InlineData("--secure-port", "--registry-port")]
    public async Task Start_OnATakenPort_NamesThePortAndTheFlagAndLeavesNothing(string taken, string other)
    {
        await using var lab = new TestLab();
        var (socket, port) = TestLab.TakePort();
        using (socket)
        {
            var (code, _, error) = await lab.RunAsync("start", taken, port.ToString(CultureInfo.InvariantCulture), other, "0");

            Assert.Equal(ExitCode.Failed, code);
            Assert.StartsWith("error: ", error, StringComparison.Ordinal);
            Assert.Contains($"{port}", error, StringComparison.Ordinal);
            Assert.Contains(taken, error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
            Assert.Null(ProcessIdentity.Of(DaemonRecord.Read(lab.Home)!.Pid));
        }
    }

    [Fact]
    public async Task Start_AfterTheProcessWasKilled_StartsAnew()
    {
        await using var lab = new TestLab();
        await lab.StartAsync();
        var killed = DaemonRecord.Read(lab.Home)!;
        Assert.True(Posix.TrySignal(killed.Pid, Posix.SigKill));
        while (killed.IsAlive())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestLab.Cancellation);
        }

        var status = await lab.RunAsync("status");
        var (code, _, error) = await lab.StartAsync();

        Assert.Equal(ExitCode.Failed, status.Code);
        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.NotEqual(killed.ProcessIdentity, DaemonRecord.Read(lab.Home)!.ProcessIdentity);
    }

    [Fact]
    public async Task Status_OfARunningDaemon_NamesAddressesMemoryAndCounts()
    {
        await using var lab = new TestLab();
        await lab.StartAsync();
        var record = DaemonRecord.Read(lab.Home)!;

        var (code, output, error) = await lab.RunAsync("status");

        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.Matches($@"^Running \(process {record.Pid}, up [0-9.]+s, [0-9]+ MiB\)\n", output);
        Assert.Contains($"http://{record.Registry}\n", output, StringComparison.Ordinal);
        Assert.Matches(@"[0-9] of [0-9] nodes ready, 0 of 0 pods ready\n", output);
    }

    [Fact]
    public async Task Status_WithADaemonFileOfAnotherProcess_IsNotRunning()
    {
        await using var lab = new TestLab();
        lab.Home.Create();
        new DaemonRecord { Pid = Environment.ProcessId, ProcessIdentity = "of an earlier process", State = DaemonState.Ready, StartedAt = default }.Write(lab.Home);

        var (code, output, _) = await lab.RunAsync("status");

        Assert.Equal(ExitCode.Failed, code);
        Assert.StartsWith("Not running.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_WithADaemonFileOfAnotherProcess_LeavesThatProcessAlone()
    {
        await using var lab = new TestLab();
        lab.Home.Create();
        new DaemonRecord { Pid = Environment.ProcessId, ProcessIdentity = "of an earlier process", State = DaemonState.Ready, StartedAt = default }.Write(lab.Home);

        Assert.Equal((ExitCode.Success, "Nothing runs.\n", ""), await lab.RunAsync("stop"));
    }

    [Fact]
    public async Task Start_WithACorruptDaemonFile_ReplacesIt()
    {
        await using var lab = new TestLab();
        lab.Home.Create();
        await File.WriteAllTextAsync(lab.Home.DaemonFile, "{", TestLab.Cancellation);

        Assert.Equal(ExitCode.Success, (await lab.StartAsync()).Code);
        Assert.NotNull(DaemonRecord.Read(lab.Home));
    }

    [Fact]
    public async Task Home_OnceCreated_IsForItsOwnerOnly()
    {
        await using var lab = new TestLab();
        lab.Home.Create();

        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has access control lists instead of modes");
        }
        else
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(lab.Home.Folder));
        }
    }

    private static async Task AssertClosedAsync(string address)
    {
        using var client = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(IPEndPoint.Parse(address), TestLab.Cancellation).AsTask());
    }
}
