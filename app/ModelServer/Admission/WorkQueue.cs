using Scalelab.ModelServer.Metrics;

namespace Scalelab.ModelServer.Admission;

/// <summary>
/// Where runs wait for a worker, first come, first served, and never more than a limit. Workers are threads of their own: networks that run
/// on the pool's threads would keep it from answering probes.
/// </summary>
internal sealed class WorkQueue : IDisposable
{
    private readonly AdmissionSettings _settings;
    private readonly ServerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Runner _runner;
    private readonly Thread[] _workers;
    private readonly LinkedList<Work> _waiting = [];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _ready = new(0);
    private bool _largeRuns;
    private bool _stopped;

    public WorkQueue(AdmissionSettings settings, ServerMetrics metrics, TimeProvider time)
    {
        (_settings, _metrics, _time) = (settings, metrics, time);
        _runner = new Runner(metrics, time);
        metrics.ObserveQueue(() => Length);
        _workers = [.. Enumerable.Range(0, settings.Workers).Select(i => new Thread(WorkOn) { IsBackground = true, Name = $"worker {i}" })];
        foreach (var worker in _workers)
        {
            worker.Start();
        }
    }

    /// <summary>Requests that wait.</summary>
    public int Length
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Workers, each of which runs one batch at a time.</summary>
    public int Workers => _workers.Length;

    /// <summary>Refuses before a byte of the body is read when there would be no place afterwards.</summary>
    /// <exception cref="RequestException">The queue is full (503).</exception>
    public void RefuseWhenFull()
    {
        if (Length >= _settings.QueueLimit)
        {
            throw Full();
        }
    }

    /// <summary>Waits for a worker and for the work to be done. A cancelled work that has not begun gives up its place.</summary>
    /// <exception cref="RequestException">The queue is full (503).</exception>
    /// <exception cref="OperationCanceledException">Cancelled before it began.</exception>
    public async Task RunAsync(Work work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_waiting.Count >= _settings.QueueLimit || _stopped)
            {
                throw Full();
            }
            work.Enqueued = _time.GetTimestamp();
            work.Place = _waiting.AddLast(work);
        }
        _ready.Release();
        using var registration = cancellationToken.UnsafeRegister(_ => Remove(work, cancellationToken), null);
        await work.Done;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _stopped = true;
        }
        _ready.Release(_workers.Length);
        foreach (var worker in _workers)
        {
            worker.Join();
        }
        _ready.Dispose();
    }

    private RequestException Full()
    {
        _metrics.Refused();
        return new RequestException(
            StatusCodes.Status503ServiceUnavailable, $"{_settings.QueueLimit} requests are waiting already.", "Send it again in a moment, or run more replicas.")
        {
            RetryAfter = 1,
        };
    }

    private void Remove(Work work, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (work.Place?.List is null)
            {
                return;
            }
            _waiting.Remove(work.Place);
        }
        work.GiveUp(cancellationToken);
    }

    private void WorkOn()
    {
        var batch = new List<Work>();
        while (true)
        {
            _ready.Wait();
            lock (_lock)
            {
                Take(batch);
                if (batch.Count == 0 && _stopped && _waiting.Count == 0)
                {
                    return;
                }
            }
            if (batch.Count > 0)
            {
                RunBatch(batch);
                batch.Clear();
            }
        }
    }

    private void RunBatch(List<Work> batch)
    {
        var large = batch[0].IsLarge;
        try
        {
            _runner.Run(batch);
        }
        finally
        {
            if (large)
            {
                lock (_lock)
                {
                    _largeRuns = false;
                }
                // What was passed over because of this one may run now, and its own signal may have been used up.
                _ready.Release();
            }
        }
    }

    // The first that may run, and with it those behind it that make a batch: none waits for others to come.
    private void Take(List<Work> batch)
    {
        for (var place = _waiting.First; place is not null;)
        {
            var (next, work) = (place.Next, place.Value);
            if (batch.Count == 0 ? !(work.IsLarge && _largeRuns) : !work.IsLarge && Equals(work.BatchKey, batch[0].BatchKey))
            {
                _waiting.Remove(place);
                batch.Add(work);
                _largeRuns |= work.IsLarge;
                if (work.IsLarge || work.BatchKey is null || batch.Count == _settings.MaxBatchSize)
                {
                    return;
                }
            }
            place = next;
        }
    }
}
