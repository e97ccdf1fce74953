using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Scalelab.Policy.Serving;

namespace Scalelab.Policy.Tests.Serving;

public sealed class EngineWatchTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Gone_OfEngineThatListens_IsNotComplete_AndOfOneThatEndedIs()
    {
        await using var watch = new EngineWatch(_time);
        using (var engine = new TcpListener(IPAddress.Loopback, 0))
        {
            engine.Start();
            watch.Watch(engine.LocalEndpoint.ToString()!);
            _time.Advance(Interval);
            using var look = await engine.AcceptSocketAsync(TestContext.Current.CancellationToken);
            Assert.False(watch.Gone.IsCompleted);
        }

        // The next look may still be on its way from the last one when the clock moves.
        while (!watch.Gone.IsCompleted)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            _time.Advance(Interval);
            await Task.Yield();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:0")]
    [InlineData("somewhere")]
    public async Task Watch_OfWhatIsNoAddress_WatchesNothing(string address)
    {
        await using var watch = new EngineWatch(_time);
        watch.Watch(address);
        _time.Advance(Interval);

        Assert.False(watch.Gone.IsCompleted);
    }
}
