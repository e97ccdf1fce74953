using System.Text;
using Microsoft.Extensions.Time.Testing;
using Scalelab.Cluster.Node;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Tests.Node.Processes;

public sealed class LogReaderTests : IDisposable
{
    private readonly TestDeadline _deadline = new();
    private readonly TempFolder _temp = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private CancellationToken Stop => _deadline.Token;

    private string Log => _temp.Path + "/0.log";

    public void Dispose()
    {
        _temp.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task Copy_WholeLog_IsWhatWasPrinted()
    {
        await WriteAsync("one\ntwo\nthree without end");

        Assert.Equal("one\ntwo\nthree without end", await ReadAsync(new PodLogOptions { Container = "main" }));
    }

    [Fact]
    public async Task Copy_LineLongerThanAPiece_IsOneLineAgain()
    {
        var line = new string('x', (3 * ContainerLog.MaximumPiece) + 5);
        await WriteAsync(line + "\nshort\n");

        Assert.Equal(line + "\nshort\n", await ReadAsync(new PodLogOptions { Container = "main" }));
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "three\n")]
    [InlineData(2, "two\nthree\n")]
    [InlineData(9, "one\ntwo\nthree\n")]
    public async Task Copy_Tail_IsTheLastLines(int tail, string expected)
    {
        await WriteAsync("one\ntwo\nthree\n");

        Assert.Equal(expected, await ReadAsync(new PodLogOptions { Container = "main", TailLines = tail }));
    }

    [Fact]
    public async Task Copy_Timestamps_StandBeforeEachLine()
    {
        await WriteAsync("one\n");

        Assert.Equal("2026-01-02T03:04:05.000000000Z one\n", await ReadAsync(new PodLogOptions { Container = "main", Timestamps = true }));
    }

    [Fact]
    public async Task Copy_Since_LeavesOlderLinesOut()
    {
        using var log = new ContainerLog(Log, ContainerLogs.DefaultLimit, _time);
        await log.CopyAsync(Text("old\n"), "stdout", Stop);
        _time.Advance(TimeSpan.FromSeconds(10));
        await log.CopyAsync(Text("new\n"), "stdout", Stop);

        Assert.Equal("new\n", await ReadAsync(new PodLogOptions { Container = "main", Since = _time.GetUtcNow().AddSeconds(-5) }));
    }

    [Fact]
    public async Task Copy_Limit_StopsInTheMiddleOfALine()
    {
        await WriteAsync("12345\n67890\n");

        Assert.Equal("12345\n67", await ReadAsync(new PodLogOptions { Container = "main", LimitBytes = 8 }));
    }

    [Fact]
    public async Task Copy_OneStream_LeavesTheOtherOut()
    {
        using var log = new ContainerLog(Log, ContainerLogs.DefaultLimit, _time);
        await log.CopyAsync(Text("out\n"), "stdout", Stop);
        await log.CopyAsync(Text("err\n"), "stderr", Stop);

        Assert.Equal("err\n", await ReadAsync(new PodLogOptions { Container = "main", Stream = "Stderr" }));
    }

    [Fact]
    public async Task Copy_RotatedLog_ReadsBothFilesAndNoMore()
    {
        using var log = new ContainerLog(Log, 200, _time);
        for (var line = 0; line < 20; line++)
        {
            await log.CopyAsync(Text($"line {line}\n"), "stdout", Stop);
        }

        var read = await ReadAsync(new PodLogOptions { Container = "main" });

        Assert.EndsWith("line 18\nline 19\n", read, StringComparison.Ordinal);
        Assert.True(new FileInfo(Log).Length + new FileInfo(Log + ".1").Length <= 500);
    }

    [Fact]
    public async Task Copy_Following_SendsWhatComesUntilTheEnd()
    {
        var log = new ContainerLog(Log, 300, _time);
        await log.CopyAsync(Text("first\n"), "stdout", Stop);
        using var sent = new MemoryStream();
        var copy = new LogReader(Log, new PodLogOptions { Container = "main", Follow = true }, sent).CopyAsync(log, Stop);
        for (var line = 0; line < 50; line++)
        {
            await log.CopyAsync(Text($"line {line}\n"), "stdout", Stop);
            while (!Encoding.UTF8.GetString(sent.ToArray()).Contains($"line {line}\n", StringComparison.Ordinal))
            {
                Assert.False(copy.IsCompleted);
                await Task.Yield();
            }
        }

        log.Dispose();
        await copy.WaitAsync(Stop);

        Assert.Equal("first\n" + string.Concat(Enumerable.Range(0, 50).Select(line => $"line {line}\n")), Encoding.UTF8.GetString(sent.ToArray()));
    }

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    private async Task WriteAsync(string text)
    {
        using var log = new ContainerLog(Log, ContainerLogs.DefaultLimit, _time);
        await log.CopyAsync(Text(text), "stdout", Stop);
    }

    private async Task<string> ReadAsync(PodLogOptions options)
    {
        using var sent = new MemoryStream();
        await new LogReader(Log, options, sent).CopyAsync(null, Stop);
        return Encoding.UTF8.GetString(sent.ToArray());
    }
}
