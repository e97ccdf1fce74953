using System.Collections.Immutable;

namespace Scalelab.Engine.State;

/// <summary>
/// A state in the middle of an update. First come the resources that the update has dealt with, in the order in which it did, then what is
/// left of the previous state; that keeps references pointing backwards at every moment.
/// </summary>
internal sealed class WorkingState
{
    private readonly Snapshot _start;
    private readonly ResourceState?[] _left;
    private readonly Dictionary<ResourceState, int> _leftIndex = new(ReferenceEqualityComparer.Instance);
    private readonly List<ResourceState> _done = [];
    private readonly Dictionary<Urn, int> _doneIndex = [];
    private readonly SortedDictionary<int, PendingOperation> _pending = [];
    private readonly Dictionary<Urn, Urn> _renamed = [];

    public WorkingState(Snapshot start)
    {
        _start = start;
        _left = [.. start.Resources];
        for (var i = 0; i < _left.Length; i++)
        {
            _leftIndex[_left[i]!] = i;
        }

        foreach (var operation in start.PendingOperations)
        {
            _pending[NextOperation++] = operation;
        }
    }

    /// <summary>The number that the next operation to begin shall have.</summary>
    public int NextOperation { get; private set; }

    /// <summary>What would be written now.</summary>
    public Snapshot Current => _start with { Resources = [.. _done, .. Left.Select(Renamed)], PendingOperations = [.. _pending.Values.Select(operation => operation with { Resource = Renamed(operation.Resource) })] };

    /// <summary>Resources of the previous state that the update has not dealt with, dependencies first.</summary>
    public ImmutableArray<ResourceState> Left => [.. _left.OfType<ResourceState>()];

    /// <summary>Where a resource of the previous state stands; null when the update has dealt with it already.</summary>
    public int? IndexOfLeft(ResourceState? resource) => resource is not null && _leftIndex.TryGetValue(resource, out var index) ? index : null;

    public int IndexOfDone(Urn urn) => _doneIndex[urn];

    /// <summary>Whether the update has dealt with one resource before the other.</summary>
    public bool Precedes(Urn first, Urn second) => _doneIndex.TryGetValue(first, out var index) && _doneIndex.TryGetValue(second, out var other) && index < other;

    public ResourceState? FindDone(Urn urn) => _doneIndex.TryGetValue(urn, out var index) ? _done[index] : null;

    /// <exception cref="FormatException">The change does not fit: it names what is not there.</exception>
    public void Apply(StateChange change)
    {
        switch (change)
        {
            case StateChange.Begin(var number, var operation):
                _pending[number] = operation;
                NextOperation = Math.Max(NextOperation, number + 1);
                break;
            case StateChange.End(var number):
                _ = _pending.Remove(number) ? 0 : throw new FormatException($"operation {number} ends, which has not begun");
                break;
            case StateChange.Take(var left, var state):
                Take(left is { } index ? Remove(index) : null, state);
                break;
            case StateChange.Swap(var left, var state):
                Remove(left);
                _left[left] = state;
                _leftIndex[state] = left;
                break;
            case StateChange.Drop(var left):
                Remove(left);
                break;
            case StateChange.Rename(var old, var now):
                _renamed[old] = now;
                break;
            case StateChange.Outputs(var done, var values):
                _done[done] = done < _done.Count ? _done[done] with { Outputs = values } : throw new FormatException($"outputs belong to resource {done}, which there is not");
                break;
        }
    }

    private ResourceState Remove(int left)
    {
        var old = left >= 0 && left < _left.Length ? _left[left] : null;
        if (old is null)
        {
            throw new FormatException($"resource {left} of the previous state is used twice, or there is none");
        }

        _left[left] = null;
        _leftIndex.Remove(old);
        return old;
    }

    private void Take(ResourceState? old, ResourceState? state)
    {
        state ??= old ?? throw new FormatException("a resource is dealt with, but none is named");
        // Dealt with before in this update: imported first, or kept for something that needs it. It stays at its place.
        if (_doneIndex.TryGetValue(state.Urn, out var index))
        {
            _done[index] = state;
            return;
        }

        _doneIndex[state.Urn] = _done.Count;
        _done.Add(state);
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
