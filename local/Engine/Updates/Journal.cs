using System.Collections.Immutable;
using Scalelab.Engine.Properties;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>The state of the stack while an update changes it. Every change is on disk before it counts as done. Thread-safe.</summary>
/// <param name="start">The previous state.</param>
/// <param name="file">Where the changes are written; null in previews.</param>
internal sealed class Journal(Snapshot start, StateFile? file) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly WorkingState _state = new(start);
    private readonly Dictionary<PendingOperation, int> _operations = new(ReferenceEqualityComparer.Instance);
    private List<IReadOnlyList<StateChange>> _unwritten = [];
    private JournalFile? _journal;
    private EngineException? _failure;
    private long _changes;
    private long _written;

    public Snapshot Current
    {
        get
        {
            lock (_lock)
            {
                return _state.Current;
            }
        }
    }

    /// <summary>Resources of the previous state that this update has not dealt with, dependencies first.</summary>
    public ImmutableArray<ResourceState> Left
    {
        get
        {
            lock (_lock)
            {
                return _state.Left;
            }
        }
    }

    public ResourceState? FindDone(Urn urn)
    {
        lock (_lock)
        {
            return _state.FindDone(urn);
        }
    }

    /// <inheritdoc cref="WorkingState.Precedes"/>
    public bool Precedes(Urn first, Urn second)
    {
        lock (_lock)
        {
            return _state.Precedes(first, second);
        }
    }

    /// <summary>Records that an operation begins; returns when that is on disk.</summary>
    public async Task<PendingOperation> BeginAsync(ResourceState resource, OperationType type)
    {
        var operation = new PendingOperation(resource, type);
        await ChangeAsync(() =>
        {
            var number = _state.NextOperation;
            _operations[operation] = number;
            return [new StateChange.Begin(number, operation)];
        });
        return operation;
    }

    /// <summary>The operation changed nothing.</summary>
    public Task AbandonAsync(PendingOperation operation) => ChangeAsync(() => [.. End(operation)]);

    /// <summary>A resource was created, updated or read. The old one, if any, is gone from the state.</summary>
    public Task SetAsync(PendingOperation? operation, ResourceState? old, ResourceState state) =>
        ChangeAsync(() => [.. End(operation), .. Take(old, state, isSame: false)]);

    /// <summary>A new resource was created; the old one is still to be deleted. What depends on it depends on the new one, whatever its name.</summary>
    public Task ReplaceAsync(PendingOperation? operation, ResourceState old, ResourceState state) => ChangeAsync(() =>
        [.. End(operation), Swap(old, old with { Delete = true }), new StateChange.Take(Left: null, state), .. Rename(old.Urn, state.Urn)]);

    /// <summary>A resource was taken over that existed already.</summary>
    /// <param name="replaced">What was managed in its place and is still to be deleted.</param>
    /// <param name="former">The record of the same object under another name, which ends.</param>
    /// <param name="state">The resource.</param>
    public Task ImportAsync(ResourceState? replaced, ResourceState? former, ResourceState state) => ChangeAsync(() => replaced is null
        ? [.. Take(former, state, isSame: false)]
        :
        [
            Swap(replaced, replaced with { Delete = true }), new StateChange.Take(Left: null, state), .. Rename(replaced.Urn, state.Urn),
            .. _state.IndexOfLeft(former) is { } left ? [new StateChange.Drop(left), .. Rename(former!.Urn, state.Urn)] : Array.Empty<StateChange>(),
        ]);

    /// <summary>The real resource is gone, the record waits for the new one. Returns the record as it is now.</summary>
    public async Task<ResourceState> AwaitReplacementAsync(PendingOperation operation, ResourceState old)
    {
        var waiting = old with { PendingReplacement = true };
        await ChangeAsync(() => [.. End(operation), Swap(old, waiting)]);
        return waiting;
    }

    public Task RemoveAsync(PendingOperation? operation, ResourceState old) =>
        ChangeAsync(() => [.. End(operation), .. _state.IndexOfLeft(old) is { } left ? [new StateChange.Drop(left)] : Array.Empty<StateChange>()]);

    /// <summary>The resource is as it was. On disk with the next change, and only if the record differs.</summary>
    public void Keep(ResourceState old, ResourceState state)
    {
        var isSame = old.SameAs(state);
        lock (_lock)
        {
            Change([.. Take(old, isSame ? old : state, isSame)], counts: !isSame);
        }
    }

    public void SetOutputs(Urn urn, PropertyMap outputs)
    {
        lock (_lock)
        {
            if (!_state.FindDone(urn)!.Outputs.Equals(outputs))
            {
                Change([new StateChange.Outputs(_state.IndexOfDone(urn), outputs)], counts: true);
            }
        }
    }

    /// <summary>Puts all changes into the state file, if there were any, and the journal away.</summary>
    /// <exception cref="EngineException">The file cannot be written. The journal is kept; the next update goes on from it.</exception>
    public async Task CompleteAsync()
    {
        if (file is null)
        {
            return;
        }

        await _writing.WaitAsync();
        try
        {
            if (Interlocked.Read(ref _changes) > 0 || file.HasJournal)
            {
                await file.WriteAsync(Current);
                _journal = null;
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose()
    {
        _journal?.Dispose();
        _writing.Dispose();
    }

    private async Task ChangeAsync(Func<StateChange[]> change)
    {
        lock (_lock)
        {
            Change(change(), counts: true);
        }

        await FlushAsync();
    }

    private void Change(StateChange[] changes, bool counts)
    {
        foreach (var change in changes)
        {
            _state.Apply(change);
        }

        _changes += counts ? 1 : 0;
        if (file is not null)
        {
            _unwritten.Add(changes);
        }
    }

    // Returns when every change so far is on disk.
    private async Task FlushAsync()
    {
        var wanted = Interlocked.Read(ref _changes);
        if (file is null || Interlocked.Read(ref _written) >= wanted)
        {
            return;
        }

        await _writing.WaitAsync();
        try
        {
            // Whoever wrote while this one waited has usually written its change too.
            if (Interlocked.Read(ref _written) < wanted)
            {
                await WriteAsync(file);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task WriteAsync(StateFile stateFile)
    {
        if (_failure is not null)
        {
            // What a failed write left out must not be followed by what came later: the journal would not make sense.
            throw _failure;
        }

        try
        {
            _journal ??= await stateFile.BeginAsync(start);
            List<IReadOnlyList<StateChange>> writing;
            long changes;
            lock (_lock)
            {
                changes = _changes;
                writing = _unwritten;
                _unwritten = [];
            }

            _journal.Append(writing);
            Interlocked.Exchange(ref _written, changes);
        }
        catch (EngineException e)
        {
            _failure = e;
            throw;
        }
    }

    // An old resource may have been dealt with before in this update: imported first, or kept for something that needs it.
    private IEnumerable<StateChange> Take(ResourceState? old, ResourceState state, bool isSame)
    {
        var left = _state.IndexOfLeft(old);
        return [new StateChange.Take(left, isSame && left is not null ? null : state), .. old is null ? [] : Rename(old.Urn, state.Urn)];
    }

    private StateChange.Swap Swap(ResourceState old, ResourceState state) =>
        new(_state.IndexOfLeft(old) ?? throw new InvalidOperationException($"{old.Urn} is not left of the previous state."), state);

    private static IEnumerable<StateChange> Rename(Urn old, Urn now) => old == now ? [] : [new StateChange.Rename(old, now)];

    private IEnumerable<StateChange> End(PendingOperation? operation)
    {
        if (operation is not null && _operations.Remove(operation, out var number))
        {
            yield return new StateChange.End(number);
        }
    }
}
