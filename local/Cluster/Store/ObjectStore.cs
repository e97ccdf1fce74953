using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Scalelab.Cluster.Store;

/// <summary>
/// A multi-version store of objects with one revision for all of them. A write is decided at once against the newest state, then
/// waits with others for the disk; only when it is there do readers and watchers see it and does the writer get its answer. So
/// nothing that anyone saw can be lost by a crash, and many writers share one flush.
/// </summary>
public sealed class ObjectStore : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly StoreOptions _options;
    private readonly ILogger _logger;
    private readonly StoreFolder? _folder;
    private readonly EventLog _log;
    private readonly ConcurrentDictionary<string, Signal> _signals = new();
    private readonly Signal _anySignal = new();
    private readonly Thread _writer;

    // Guarded by _gate.
    private List<PendingWrite> _pending = [];
    private StoreState _latest;
    private bool _closing;

    // Written by the writer thread alone.
    private StoreState _published;
    private long _liveBytes;
    private Task _snapshot = Task.CompletedTask;
    private IOException? _failure;

    private ObjectStore(StoreOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _published = StoreState.Empty;
        _log = new EventLog(options.EventCapacity, options.EventBytes, 1);
        if (options.Folder is not null)
        {
            _folder = new StoreFolder(options.Folder, options.SyncWrites);
            try
            {
                (_published, var writes) = _folder.Recover(logger);
                _log = new EventLog(options.EventCapacity, options.EventBytes, _published.Revision + 1);
                foreach (var (type, item) in writes)
                {
                    var change = new StoreEvent(type, item, _published.Get(item.Key));
                    _published = _published.With(change);
                    _log.Append(change);
                }

                _liveBytes = _published.All().Sum(item => (long)item.Bytes.Length);
            }
            catch
            {
                _folder.Dispose();
                throw;
            }
        }

        _latest = _published;
        _writer = new Thread(WriteLoop) { IsBackground = true, Name = "store" };
        _writer.Start();
    }

    /// <summary>What readers see: everything that is acknowledged.</summary>
    public StoreState State => Volatile.Read(ref _published);

    /// <summary>
    /// The state with the writes that are still on their way to the disk. Only to prepare a conditional write on: what is read here
    /// must not be shown to anyone before <see cref="SettledAsync"/>.
    /// </summary>
    public StoreState Latest => Volatile.Read(ref _latest);

    /// <summary>The oldest revision from which <see cref="WatchAsync"/> can go on.</summary>
    public long OldestWatchable => _log.Oldest - 1;

    /// <summary>Opens or creates a store and reads it back.</summary>
    /// <exception cref="CorruptStoreException">A file is damaged; nothing was changed.</exception>
    /// <exception cref="IOException">The folder cannot be used, or another process uses it.</exception>
    public static ObjectStore Open(StoreOptions options, ILogger logger) => new(options, logger);

    /// <summary>Writes an object that must not exist.</summary>
    /// <exception cref="RevisionConflictException">It exists.</exception>
    public Task<StoredObject> CreateAsync(ResourceKey key, StoredContent content)
    {
        lock (_gate)
        {
            if (_latest.Get(key) is { } existing)
            {
                throw new RevisionConflictException(key, existing);
            }

            var revision = _latest.Revision + 1;
            var created = new StoredObject(key, revision, revision, content.Join(revision), content.BeforeRevision.Length);
            return Enqueue(new StoreEvent(StoreEventType.Created, created, null));
        }
    }

    /// <summary>Replaces an object that must be at a certain revision.</summary>
    /// <exception cref="RevisionConflictException">It is absent or at another revision.</exception>
    public Task<StoredObject> UpdateAsync(ResourceKey key, long expectedRevision, StoredContent content)
    {
        lock (_gate)
        {
            var previous = Expect(key, expectedRevision);
            var revision = _latest.Revision + 1;
            var updated = new StoredObject(key, previous.CreateRevision, revision, content.Join(revision), content.BeforeRevision.Length);
            return Enqueue(new StoreEvent(StoreEventType.Modified, updated, previous));
        }
    }

    /// <summary>Removes an object that must be at a certain revision; returns its last state, with the revision of the removal.</summary>
    /// <exception cref="RevisionConflictException">It is absent or at another revision.</exception>
    public Task<StoredObject> DeleteAsync(ResourceKey key, long expectedRevision)
    {
        lock (_gate)
        {
            var previous = Expect(key, expectedRevision);
            return Enqueue(new StoreEvent(StoreEventType.Deleted, previous.WithRevision(_latest.Revision + 1), previous));
        }
    }

    /// <summary>Completes when everything up to a revision is acknowledged.</summary>
    public async Task SettledAsync(long revision, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = _anySignal.Next;
            if (State.Revision >= revision)
            {
                return;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The state as it was at an earlier revision.</summary>
    /// <exception cref="CompactedException">The log no longer reaches back that far.</exception>
    public StoreState StateAt(long revision)
    {
        var state = State;
        while (state.Revision > revision)
        {
            state = state.Without(_log.Read(state.Revision));
        }

        return state;
    }

    /// <summary>Forgets the events up to and including a revision.</summary>
    public void Compact(long revision)
    {
        lock (_log)
        {
            _log.CompactTo(revision + 1);
        }
    }

    /// <summary>
    /// The events after a revision, in order and without a gap, until cancelled. A slow consumer costs nobody anything; when it
    /// falls behind the log, it gets a <see cref="CompactedException"/>.
    /// </summary>
    /// <param name="resource">Only the events of this resource; null for all.</param>
    public async IAsyncEnumerable<StoreEvent> WatchAsync(string? resource, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cursor = new StoreCursor(this, resource, after);
        while (true)
        {
            await cursor.WaitAsync(cancellationToken);
            while (cursor.TryRead(out var change))
            {
                yield return change;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closing)
            {
                return;
            }

            _closing = true;
        }

        _work.Release();
        await Task.Run(_writer.Join);
        await _snapshot;
        _folder?.Dispose();
        _work.Dispose();
    }

    internal StoreEvent ReadEvent(long revision) => _log.Read(revision);

    internal Task NextChange(string? resource) => (resource is null ? _anySignal : SignalFor(resource)).Next;

    private Signal SignalFor(string resource) => _signals.GetOrAdd(resource, static _ => new Signal());

    /// <summary>Caller holds _gate.</summary>
    private StoredObject Expect(ResourceKey key, long expectedRevision)
    {
        var actual = _latest.Get(key);
        return actual is not null && actual.Revision == expectedRevision ? actual : throw new RevisionConflictException(key, actual);
    }

    /// <summary>Caller holds _gate.</summary>
    private Task<StoredObject> Enqueue(StoreEvent change)
    {
        ObjectDisposedException.ThrowIf(_closing, this);
        if (_failure is not null)
        {
            throw new IOException(_failure.Message, _failure);
        }

        var write = new PendingWrite(change);
        _latest = _latest.With(change);
        _pending.Add(write);
        if (_pending.Count == 1)
        {
            _work.Release();
        }

        return write.Completion.Task;
    }

    private void WriteLoop()
    {
        var batch = new List<PendingWrite>();
        while (true)
        {
            _work.Wait();
            bool closing;
            lock (_gate)
            {
                (_pending, batch) = (batch, _pending);
                closing = _closing;
            }

            if (batch.Count > 0)
            {
                Commit(batch);
                batch.Clear();
            }

            if (closing)
            {
                return;
            }
        }
    }

    private void Commit(List<PendingWrite> batch)
    {
        try
        {
            _folder?.Append(batch.ConvertAll(write => write.Change));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // After a failed flush nobody knows what is on disk, so no later write may be acknowledged.
            Fail(batch, new IOException($"The cluster's store cannot write to {_options.Folder}: {exception.Message} Mend the disk and restart the cluster; acknowledged writes are safe.", exception));
            return;
        }

        var state = _published;
        lock (_log)
        {
            foreach (var write in batch)
            {
                state = state.With(write.Change);
                _log.Append(write.Change);
                _liveBytes += (write.Change.Type == StoreEventType.Deleted ? 0 : write.Change.Current.Bytes.Length) - (write.Change.Previous?.Bytes.Length ?? 0);
            }
        }

        Volatile.Write(ref _published, state);
        foreach (var write in batch)
        {
            write.Completion.SetResult(write.Change.Current);
        }

        foreach (var resource in batch.Select(write => write.Change.Current.Key.Resource).Distinct())
        {
            if (_signals.TryGetValue(resource, out var signal))
            {
                signal.Raise();
            }
        }

        _anySignal.Raise();
        SnapshotWhenDue(state);
    }

    private void Fail(List<PendingWrite> batch, IOException failure)
    {
        _logger.LogCritical(failure, "The store stops taking writes.");
        lock (_gate)
        {
            _failure = failure;
            batch.AddRange(_pending);
            _pending.Clear();
            _latest = _published;
        }

        foreach (var write in batch)
        {
            write.Completion.SetException(failure);
        }
    }

    private void SnapshotWhenDue(StoreState state)
    {
        if (_folder is null || !_snapshot.IsCompleted || _folder.LogBytes < Math.Max(_options.SnapshotAfterBytes, _liveBytes))
        {
            return;
        }

        _folder.Rotate();
        _snapshot = Task.Run(() =>
        {
            try
            {
                _folder.WriteSnapshot(state);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Nothing is lost: the log segments stay until a later snapshot succeeds.
                _logger.LogWarning(exception, "No snapshot of the store could be written in {Folder}.", _options.Folder);
            }
        });
    }

    private sealed class PendingWrite(StoreEvent change)
    {
        public StoreEvent Change { get; } = change;

        public TaskCompletionSource<StoredObject> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
