using System.Collections.Immutable;
using Scalelab.Engine.Properties;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>
/// The state of the stack while an update changes it. First come the resources that this update has dealt with, in the order in which it
/// did, then what is left of the previous state; that keeps references pointing backwards at every moment. Thread-safe.
/// </summary>
/// <param name="start">The previous state.</param>
/// <param name="file">Where every change is written before it is reported done; null in previews.</param>
internal sealed class Journal(Snapshot start, StateFile? file) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly List<ResourceState> _done = [];
    private readonly Dictionary<Urn, int> _doneIndex = [];
    private readonly List<ResourceState> _left = [.. start.Resources];
    private readonly List<PendingOperation> _pending = [.. start.PendingOperations];
    private readonly Dictionary<Urn, Urn> _renamed = [];
    private long _changes;
    private long _written;

    public Snapshot Current
    {
        get
        {
            lock (_lock)
            {
                return new Snapshot([.. _done, .. _left.Select(Renamed)], [.. _pending], start.Extra);
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
                return [.. _left];
            }
        }
    }

    public ResourceState? FindDone(Urn urn)
    {
        lock (_lock)
        {
            return _doneIndex.TryGetValue(urn, out var index) ? _done[index] : null;
        }
    }

    /// <summary>Whether this update has dealt with one resource before the other.</summary>
    public bool Precedes(Urn first, Urn second)
    {
        lock (_lock)
        {
            return _doneIndex.TryGetValue(first, out var index) && _doneIndex.TryGetValue(second, out var other) && index < other;
        }
    }

    /// <summary>Records that an operation begins; returns when that is on disk.</summary>
    public async Task<PendingOperation> BeginAsync(ResourceState resource, OperationType type)
    {
        var operation = new PendingOperation(resource, type);
        await ChangeAsync(() => _pending.Add(operation));
        return operation;
    }

    /// <summary>The operation changed nothing.</summary>
    public Task AbandonAsync(PendingOperation operation) => ChangeAsync(() => _pending.Remove(operation));

    /// <summary>A resource was created, updated or read. The old one, if any, is gone from the state.</summary>
    public Task SetAsync(PendingOperation? operation, ResourceState? old, ResourceState state) => ChangeAsync(() =>
    {
        End(operation);
        Take(old, state);
    });

    /// <summary>A new resource was created; the old one is still to be deleted.</summary>
    public Task ReplaceAsync(PendingOperation? operation, ResourceState old, ResourceState state) => ChangeAsync(() =>
    {
        End(operation);
        Swap(old, old with { Delete = true });
        Take(old: null, state);
        // What depends on the resource depends on the new one, whatever its name.
        Rename(old.Urn, state.Urn);
    });

    /// <summary>The real resource is gone, the record waits for the new one. Returns the record as it is now.</summary>
    public async Task<ResourceState> AwaitReplacementAsync(PendingOperation operation, ResourceState old)
    {
        var waiting = old with { PendingReplacement = true };
        await ChangeAsync(() =>
        {
            End(operation);
            Swap(old, waiting);
        });
        return waiting;
    }

    public Task RemoveAsync(PendingOperation? operation, ResourceState old) => ChangeAsync(() =>
    {
        End(operation);
        _left.RemoveAll(resource => ReferenceEquals(resource, old));
    });

    /// <summary>The resource is as it was. On disk with the next write, and only if the record differs.</summary>
    public void Keep(ResourceState old, ResourceState state)
    {
        lock (_lock)
        {
            _changes += old.SameAs(state) ? 0 : 1;
            Take(old, old.SameAs(state) ? old : state);
        }
    }

    public void SetOutputs(Urn urn, PropertyMap outputs)
    {
        lock (_lock)
        {
            var index = _doneIndex[urn];
            if (!_done[index].Outputs.Equals(outputs))
            {
                _done[index] = _done[index] with { Outputs = outputs };
                _changes++;
            }
        }
    }

    /// <summary>Returns when every change so far is on disk.</summary>
    public async Task FlushAsync()
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
                long changes;
                Snapshot snapshot;
                lock (_lock)
                {
                    changes = _changes;
                    snapshot = Current;
                }

                await file.WriteAsync(snapshot);
                Interlocked.Exchange(ref _written, changes);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _writing.Dispose();

    private async Task ChangeAsync(Action change)
    {
        lock (_lock)
        {
            change();
            _changes++;
        }

        await FlushAsync();
    }

    private void End(PendingOperation? operation)
    {
        if (operation is not null)
        {
            _pending.RemoveAll(pending => ReferenceEquals(pending, operation));
        }
    }

    private void Take(ResourceState? old, ResourceState state)
    {
        if (old is not null)
        {
            _left.RemoveAll(resource => ReferenceEquals(resource, old));
            Rename(old.Urn, state.Urn);
        }

        // Dealt with before in this update: imported first, or kept for something that needs it. It stays at its place.
        if (_doneIndex.TryGetValue(state.Urn, out var index))
        {
            _done[index] = state;
            return;
        }

        _doneIndex[state.Urn] = _done.Count;
        _done.Add(state);
    }

    private void Rename(Urn old, Urn now)
    {
        if (old != now)
        {
            _renamed[old] = now;
        }
    }

    private void Swap(ResourceState old, ResourceState state)
    {
        var index = _left.FindIndex(resource => ReferenceEquals(resource, old));
        _left[index] = state;
    }

    // What is left refers to resources by their old names until the program registers it under new ones.
    private ResourceState Renamed(ResourceState resource)
    {
        if (_renamed.Count == 0 || !resource.AllDependencies.Any(_renamed.ContainsKey))
        {
            return resource;
        }

        return resource with
        {
            Parent = resource.Parent is { } parent ? Renamed(parent) : null,
            Dependencies = [.. resource.Dependencies.Select(Renamed)],
            PropertyDependencies = resource.PropertyDependencies
                .ToImmutableSortedDictionary(dependency => dependency.Key, dependency => dependency.Value.Select(Renamed).ToImmutableArray(), StringComparer.Ordinal),
            // An old half of the provider, still to be deleted, keeps its name.
            Provider = ProviderReference.TryParse(resource.Provider, out var provider) && FindDone(Renamed(provider.Urn))?.Id == provider.Id
                ? (provider with { Urn = Renamed(provider.Urn) }).ToString()
                : resource.Provider,
            DeletedWith = resource.DeletedWith is { } owner ? Renamed(owner) : null,
            ReplaceWith = [.. resource.ReplaceWith.Select(Renamed)],
        };
    }

    private Urn Renamed(Urn urn) => _renamed.TryGetValue(urn, out var renamed) ? renamed : urn;
}
