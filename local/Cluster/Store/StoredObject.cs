namespace Scalelab.Cluster.Store;

/// <summary>An object as it was after the write of one revision. Never changes; the bytes are shared by every reader.</summary>
public sealed class StoredObject
{
    internal StoredObject(ResourceKey key, long createRevision, long revision, byte[] json, int revisionOffset)
    {
        Key = key;
        CreateRevision = createRevision;
        Revision = revision;
        Bytes = json;
        RevisionOffset = revisionOffset;
    }

    public ResourceKey Key { get; }

    /// <summary>The revision of the write that created the object.</summary>
    public long CreateRevision { get; }

    /// <summary>The revision of the write that left the object like this: its resourceVersion.</summary>
    public long Revision { get; }

    /// <summary>The object as UTF-8 JSON, with its resourceVersion.</summary>
    public ReadOnlyMemory<byte> Json => Bytes;

    internal byte[] Bytes { get; }

    /// <summary>Where in <see cref="Json"/> the digits of the revision stand.</summary>
    internal int RevisionOffset { get; }

    /// <summary>The same bytes with the digits of another revision.</summary>
    internal StoredObject WithRevision(long revision)
    {
        var oldDigits = DecimalDigits(Revision);
        var content = new StoredContent(Bytes.AsSpan(0, RevisionOffset), Bytes.AsSpan(RevisionOffset + oldDigits));
        return new StoredObject(Key, CreateRevision, revision, content.Join(revision), RevisionOffset);
    }

    internal static int DecimalDigits(long value)
    {
        var digits = 1;
        while (value >= 10)
        {
            value /= 10;
            digits++;
        }

        return digits;
    }
}

/// <summary>
/// What a client of the store writes: JSON in two parts, between which the store puts the digits of the revision that it gives to
/// the write. So the bytes that readers get need no further work.
/// </summary>
public readonly ref struct StoredContent(ReadOnlySpan<byte> beforeRevision, ReadOnlySpan<byte> afterRevision)
{
    public ReadOnlySpan<byte> BeforeRevision { get; } = beforeRevision;

    public ReadOnlySpan<byte> AfterRevision { get; } = afterRevision;

    internal byte[] Join(long revision)
    {
        var digits = StoredObject.DecimalDigits(revision);
        var bytes = GC.AllocateUninitializedArray<byte>(BeforeRevision.Length + digits + AfterRevision.Length);
        BeforeRevision.CopyTo(bytes);
        _ = System.Buffers.Text.Utf8Formatter.TryFormat(revision, bytes.AsSpan(BeforeRevision.Length), out _);
        AfterRevision.CopyTo(bytes.AsSpan(BeforeRevision.Length + digits));
        return bytes;
    }
}
