using System.Threading.Channels;

namespace Scalelab.Cluster.Controllers;

/// <summary>
/// Keys to be worked on: a key is in the queue at most once, and never worked on by two at a time; one added meanwhile comes again
/// afterwards. The rules are those of client-go's work queue.
/// </summary>
internal sealed class WorkQueue<TKey>(TimeProvider time) : IDisposable
    where TKey : notnull
{
    // client-go's ItemExponentialFailureRateLimiter as kube-controller-manager uses it: 5 ms doubling up to 1000 s.
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(1000);

    private readonly Lock _lock = new();
    private readonly Channel<TKey> _ready = Channel.CreateUnbounded<TKey>();
    private readonly HashSet<TKey> _waiting = [];
    private readonly HashSet<TKey> _working = [];
    private readonly Dictionary<TKey, int> _failures = [];
    private readonly Dictionary<TKey, (DateTimeOffset Due, ITimer Timer)> _delayed = [];
    private bool _disposed;

    public void Add(TKey key)
    {
        lock (_lock)
        {
            if (!_disposed && _waiting.Add(key) && !_working.Contains(key))
            {
                _ready.Writer.TryWrite(key);
            }
        }
    }

    /// <summary>Adds the key later; an earlier time already set for it stands.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }

        lock (_lock)
        {
            var due = time.GetUtcNow() + delay;
            if (_disposed || (_delayed.TryGetValue(key, out var earlier) && earlier.Due <= due))
            {
                return;
            }

            earlier.Timer?.Dispose();
            _delayed[key] = (due, time.CreateTimer(_ => OnDue(key, due), null, delay, Timeout.InfiniteTimeSpan));
        }
    }

    /// <summary>Adds a key that failed; each failure in a row doubles the delay.</summary>
    public void AddFailed(TKey key)
    {
        int failures;
        lock (_lock)
        {
            failures = _failures.GetValueOrDefault(key);
            _failures[key] = failures + 1;
        }

        AddAfter(key, failures > 17 ? LongestRetry : FirstRetry * Math.Pow(2, failures));
    }

    /// <summary>Ends a row of failures.</summary>
    public void Forget(TKey key)
    {
        lock (_lock)
        {
            _failures.Remove(key);
        }
    }

    /// <summary>The next key; it is the caller's until <see cref="Done"/>.</summary>
    public async ValueTask<TKey> TakeAsync(CancellationToken cancellationToken)
    {
        var key = await _ready.Reader.ReadAsync(cancellationToken);
        lock (_lock)
        {
            _waiting.Remove(key);
            _working.Add(key);
        }

        return key;
    }

    public void Done(TKey key)
    {
        lock (_lock)
        {
            _working.Remove(key);
            if (!_disposed && _waiting.Contains(key))
            {
                _ready.Writer.TryWrite(key);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (var (_, timer) in _delayed.Values)
            {
                timer.Dispose();
            }

            _delayed.Clear();
        }
    }

    private void OnDue(TKey key, DateTimeOffset due)
    {
        lock (_lock)
        {
            if (!_delayed.TryGetValue(key, out var entry) || entry.Due != due)
            {
                return;
            }

            _delayed.Remove(key);
            entry.Timer.Dispose();
        }

        Add(key);
    }
}
