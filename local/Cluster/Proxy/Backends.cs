using System.Net;

namespace Scalelab.Cluster.Proxy;

/// <summary>
/// How many connections to each address wait for their first answer, those included that are being made. A server that is told to
/// end while it has not yet read the first request of a connection closes that connection, and the request is lost: so the end waits for these.
/// </summary>
internal sealed class Backends
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, Unanswered> _addresses = [];

    /// <summary>A connection to an address is about to be made. Disposed of when its first answer comes, or when it ends.</summary>
    public Opening Open(IPAddress address)
    {
        lock (_lock)
        {
            if (!_addresses.TryGetValue(address, out var unanswered))
            {
                _addresses[address] = unanswered = new Unanswered();
            }

            unanswered.Count++;
        }

        return new Opening(this, address);
    }

    /// <summary>Completes when no connection to the address waits for its first answer.</summary>
    public Task WhenAnswered(IPAddress address)
    {
        lock (_lock)
        {
            return _addresses.TryGetValue(address, out var unanswered) ? unanswered.None.Task : Task.CompletedTask;
        }
    }

    private void Answered(IPAddress address)
    {
        lock (_lock)
        {
            var unanswered = _addresses[address];
            if (--unanswered.Count == 0)
            {
                _addresses.Remove(address);
                unanswered.None.SetResult();
            }
        }
    }

    /// <summary>One connection that is not yet answered.</summary>
    public sealed class Opening(Backends backends, IPAddress address) : IDisposable
    {
        private int _answered;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _answered, 1) == 0)
            {
                backends.Answered(address);
            }
        }
    }

    private sealed class Unanswered
    {
        public int Count { get; set; }

        public TaskCompletionSource None { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
