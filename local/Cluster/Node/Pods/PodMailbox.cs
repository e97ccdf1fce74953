using System.Threading.Channels;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>
/// Where everything that happens to a pod is put, from whatever thread, for the pod's one loop to take up. It can also wake the loop
/// at a given time.
/// </summary>
internal sealed class PodMailbox : IAsyncDisposable
{
    private readonly Channel<Action> _actions = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public PodMailbox(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Post(Action action) => _actions.Writer.TryWrite(action);

    /// <summary>Makes the loop look again soon.</summary>
    public void Wake() => Post(() => { });

    /// <summary>Makes the loop look again at a time, instead of at the one named before.</summary>
    public void WakeAt(DateTimeOffset time)
    {
        var rest = time - _time.GetUtcNow();
        _timer.Change(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Carries out all that has come so far.</summary>
    public void TakeUp()
    {
        while (_actions.Reader.TryRead(out var action))
        {
            action();
        }
    }

    /// <summary>Returns when there is something to take up.</summary>
    public async Task WaitAsync() => await _actions.Reader.WaitToReadAsync();

    public ValueTask DisposeAsync() => _timer.DisposeAsync();
}
