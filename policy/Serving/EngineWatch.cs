using System.Net;
using System.Net.Sockets;

namespace Scalelab.Policy.Serving;

/// <summary>
/// Notices that the engine is gone. Engines end their packs, but one that is killed cannot, and the CLI reaches only the 'dotnet run' in
/// between: a pack that nobody asks any more must not stay behind.
/// </summary>
internal sealed class EngineWatch(TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _watching = Task.CompletedTask;

    /// <summary>Completes when nobody listens any more where the engine did.</summary>
    public Task Gone => _gone.Task;

    /// <param name="address"><c>host:port</c> of the engine; anything else is not watched.</param>
    public void Watch(string address)
    {
        if (IPEndPoint.TryParse(address.Replace("localhost", "127.0.0.1", StringComparison.Ordinal), out var engine) && engine.Port != 0)
        {
            _watching = WatchAsync(engine);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _ending.Dispose();
    }

    private async Task WatchAsync(IPEndPoint engine)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token).ConfigureAwait(false))
            {
                using var socket = new Socket(engine.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(engine, _ending.Token).ConfigureAwait(false);
            }
        }
        catch (SocketException)
        {
            _gone.SetResult();
        }
        catch (OperationCanceledException)
        {
            // The pack ends first.
        }
    }
}
