namespace Scalelab.Cluster.Controllers;

/// <summary>
/// What a controller has done that its cache does not show yet. Until it does (or 5 minutes are over) the controller must not count again, or
/// it would do the same twice.
/// </summary>
internal sealed class Expectations(TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, Entry> _entries = [];

    public void ExpectCreations(ObjectKey key, int count)
    {
        lock (_lock)
        {
            Get(key).Creations += count;
        }
    }

    public void ExpectDeletions(ObjectKey key, IEnumerable<string> uids)
    {
        lock (_lock)
        {
            Get(key).Deletions.UnionWith(uids);
        }
    }

    /// <summary>One has arrived, or will not come after all.</summary>
    public void CreationSeen(ObjectKey key)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var entry) && entry.Creations > 0)
            {
                entry.Creations--;
            }
        }
    }

    public void DeletionSeen(ObjectKey key, string uid)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var entry))
            {
                entry.Deletions.Remove(uid);
            }
        }
    }

    public bool AreMet(ObjectKey key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                return true;
            }

            if ((entry.Creations == 0 && entry.Deletions.Count == 0) || time.GetUtcNow() - entry.Since > Limit)
            {
                _entries.Remove(key);
                return true;
            }

            return false;
        }
    }

    public void Forget(ObjectKey key)
    {
        lock (_lock)
        {
            _entries.Remove(key);
        }
    }

    private Entry Get(ObjectKey key)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            entry = new Entry();
            _entries[key] = entry;
        }

        entry.Since = time.GetUtcNow();
        return entry;
    }

    private sealed class Entry
    {
        public int Creations { get; set; }

        public HashSet<string> Deletions { get; } = new(StringComparer.Ordinal);

        public DateTimeOffset Since { get; set; }
    }
}
