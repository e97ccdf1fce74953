using System.Collections.Immutable;

namespace Scalelab.Cluster.Store;

/// <summary>All objects as they were at one revision. Immutable: whoever holds one reads a consistent picture without locks.</summary>
public sealed class StoreState
{
    internal static readonly StoreState Empty = new(0, ImmutableDictionary<string, ObjectTable>.Empty);

    private readonly ImmutableDictionary<string, ObjectTable> _resources;

    private StoreState(long revision, ImmutableDictionary<string, ObjectTable> resources)
    {
        Revision = revision;
        _resources = resources;
    }

    /// <summary>The revision of the last write in this picture.</summary>
    public long Revision { get; }

    public StoredObject? Get(ResourceKey key) =>
        _resources.TryGetValue(key.Resource, out var objects) ? objects.Get(new ObjectName(key.Namespace, key.Name)) : null;

    /// <summary>The objects of a resource in order of namespace and name.</summary>
    /// <param name="namespaceName">Only those of this namespace; null for all.</param>
    /// <param name="after">Only those after this one.</param>
    public IEnumerable<StoredObject> List(string resource, string? namespaceName = null, ObjectName? after = null)
    {
        if (!_resources.TryGetValue(resource, out var objects))
        {
            return [];
        }

        // No object has an empty name, so this stands before the first of the namespace.
        var all = objects.From(after ?? (namespaceName is null ? null : new ObjectName(namespaceName, "")));
        return namespaceName is null ? all : all.TakeWhile(item => string.Equals(item.Key.Namespace, namespaceName, StringComparison.Ordinal));
    }

    /// <summary>Something that stays the same as long as no object of a resource is written; null while there is none.</summary>
    public object? Identity(string resource) => _resources.GetValueOrDefault(resource);

    /// <summary>The number of objects of a resource.</summary>
    public int Count(string resource) => _resources.TryGetValue(resource, out var objects) ? objects.Count : 0;

    /// <summary>The number of objects of a resource after a name, in its namespace or (null) in all.</summary>
    public int CountAfter(string resource, string? namespaceName, ObjectName after)
    {
        if (!_resources.TryGetValue(resource, out var objects))
        {
            return 0;
        }

        // No name sorts after this one.
        var end = namespaceName is null ? objects.Count : objects.CountUpTo(new ObjectName(namespaceName, "\uffff"));
        return end - objects.CountUpTo(after);
    }

    /// <summary>Every object of every resource, sorted within its resource.</summary>
    public IEnumerable<StoredObject> All() => _resources.Values.SelectMany(objects => objects.From(null));

    internal static StoreState Of(long revision, IEnumerable<StoredObject> objects) => new(
        revision, objects.GroupBy(item => item.Key.Resource).ToImmutableDictionary(group => group.Key, ObjectTable.Of));

    internal StoreState With(StoreEvent change) => change.Type == StoreEventType.Deleted
        ? new StoreState(change.Revision, Remove(change.Current.Key))
        : new StoreState(change.Revision, Set(change.Current));

    /// <summary>The state before a change, given the state after it.</summary>
    internal StoreState Without(StoreEvent change) => change.Previous is null
        ? new StoreState(change.Revision - 1, Remove(change.Current.Key))
        : new StoreState(change.Revision - 1, Set(change.Previous));

    private ImmutableDictionary<string, ObjectTable> Set(StoredObject item) =>
        _resources.SetItem(item.Key.Resource, _resources.GetValueOrDefault(item.Key.Resource, ObjectTable.Empty).Set(item));

    private ImmutableDictionary<string, ObjectTable> Remove(ResourceKey key) => _resources.TryGetValue(key.Resource, out var objects)
        ? _resources.SetItem(key.Resource, objects.Remove(new ObjectName(key.Namespace, key.Name)))
        : _resources;
}
