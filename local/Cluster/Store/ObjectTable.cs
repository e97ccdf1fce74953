using System.Collections.Immutable;

namespace Scalelab.Cluster.Store;

/// <summary>
/// The objects of one resource, sorted, immutable. Two levels of arrays: a write copies one chunk and the list of chunks, a list
/// walks arrays. A balanced tree of nodes costs several times the memory and the time of both.
/// </summary>
internal sealed class ObjectTable
{
    public static readonly ObjectTable Empty = new([], 0);

    private const int MaximumChunk = 256;

    private readonly StoredObject[][] _chunks;

    private ObjectTable(StoredObject[][] chunks, int count)
    {
        _chunks = chunks;
        Count = count;
    }

    public int Count { get; }

    public StoredObject? Get(ObjectName name)
    {
        var chunk = ChunkFor(name);
        if (chunk < 0)
        {
            return null;
        }

        var index = Find(_chunks[chunk], name);
        return index >= 0 ? _chunks[chunk][index] : null;
    }

    public ObjectTable Set(StoredObject item)
    {
        var name = NameOf(item);
        var chunk = ChunkFor(name);
        if (chunk < 0)
        {
            return _chunks.Length == 0 ? new ObjectTable([[item]], 1) : InsertInto(0, 0, item);
        }

        var index = Find(_chunks[chunk], name);
        if (index < 0)
        {
            return InsertInto(chunk, ~index, item);
        }

        var copy = (StoredObject[])_chunks[chunk].Clone();
        copy[index] = item;
        return new ObjectTable(Replace(chunk, copy), Count);
    }

    public ObjectTable Remove(ObjectName name)
    {
        var chunk = ChunkFor(name);
        var index = chunk < 0 ? -1 : Find(_chunks[chunk], name);
        if (index < 0)
        {
            return this;
        }

        var old = _chunks[chunk];
        if (old.Length == 1)
        {
            return new ObjectTable([.. _chunks.AsSpan(0, chunk), .. _chunks.AsSpan(chunk + 1)], Count - 1);
        }

        return new ObjectTable(Replace(chunk, [.. old.AsSpan(0, index), .. old.AsSpan(index + 1)]), Count - 1);
    }

    /// <summary>The objects from the first one after <paramref name="after"/> on; null starts at the beginning.</summary>
    public IEnumerable<StoredObject> From(ObjectName? after)
    {
        var (chunk, index) = (0, 0);
        if (after is { } name)
        {
            chunk = Math.Max(0, ChunkFor(name));
            if (chunk < _chunks.Length)
            {
                index = Find(_chunks[chunk], name);
                index = index >= 0 ? index + 1 : ~index;
            }
        }

        for (; chunk < _chunks.Length; chunk++, index = 0)
        {
            for (; index < _chunks[chunk].Length; index++)
            {
                yield return _chunks[chunk][index];
            }
        }
    }

    /// <summary>The number of objects up to and including a name; walks chunks, not objects.</summary>
    public int CountUpTo(ObjectName name)
    {
        var chunk = ChunkFor(name);
        if (chunk < 0)
        {
            return 0;
        }

        var index = Find(_chunks[chunk], name);
        var count = index >= 0 ? index + 1 : ~index;
        for (var before = 0; before < chunk; before++)
        {
            count += _chunks[before].Length;
        }

        return count;
    }

    /// <summary>A table of objects in any order; of equal names the last stays.</summary>
    public static ObjectTable Of(IEnumerable<StoredObject> objects)
    {
        var sorted = objects.ToImmutableSortedDictionary(NameOf, item => item);
        return new ObjectTable([.. sorted.Values.Chunk(MaximumChunk / 2)], sorted.Count);
    }

    private static ObjectName NameOf(StoredObject item) => new(item.Key.Namespace, item.Key.Name);

    private ObjectTable InsertInto(int chunk, int index, StoredObject item)
    {
        var old = _chunks[chunk];
        StoredObject[] grown = [.. old.AsSpan(0, index), item, .. old.AsSpan(index)];
        if (grown.Length <= MaximumChunk)
        {
            return new ObjectTable(Replace(chunk, grown), Count + 1);
        }

        // Names are often made in order, so the full chunk splits at the place of the insertion when that is its end.
        var split = index == old.Length ? old.Length : grown.Length / 2;
        return new ObjectTable([.. _chunks.AsSpan(0, chunk), grown[..split], grown[split..], .. _chunks.AsSpan(chunk + 1)], Count + 1);
    }

    private StoredObject[][] Replace(int chunk, StoredObject[] with)
    {
        var chunks = (StoredObject[][])_chunks.Clone();
        chunks[chunk] = with;
        return chunks;
    }

    /// <summary>The last chunk whose first object is not after the name; -1 when all are.</summary>
    private int ChunkFor(ObjectName name)
    {
        var (low, high) = (0, _chunks.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (NameOf(_chunks[middle][0]).CompareTo(name) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    /// <summary>The index of a name in a chunk, or the complement of where it would stand.</summary>
    private static int Find(StoredObject[] chunk, ObjectName name)
    {
        var (low, high) = (0, chunk.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var order = NameOf(chunk[middle]).CompareTo(name);
            if (order == 0)
            {
                return middle;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return ~low;
    }
}
