using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Scalelab.Shared;

namespace Scalelab.Cluster.Store;

/// <summary>
/// The store on disk: <c>snapshot-REVISION.bin</c> holds every object at that revision, <c>wal-REVISION.log</c> every write from that
/// revision on. Recovery = newest snapshot, then the logs in order. Used by one writer at a time.
/// </summary>
internal sealed class StoreFolder : IDisposable
{
    private const int SnapshotFrameBytes = 256 * 1024;

    private readonly string _folder;
    private readonly bool _sync;
    private readonly FileStream _lock;
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private SafeFileHandle? _segment;
    private long _segmentLength;

    public StoreFolder(string folder, bool sync)
    {
        _folder = folder;
        _sync = sync;
        Directory.CreateDirectory(folder);
        try
        {
            _lock = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new IOException($"The store in {folder} is in use by another process. Stop that cluster, or name another folder.", exception);
        }
    }

    /// <summary>The bytes of all log segments since the last snapshot.</summary>
    public long LogBytes { get; private set; }

    /// <summary>Reads everything back: the state of the snapshot, then each later write in order.</summary>
    /// <exception cref="CorruptStoreException">A file is damaged; nothing was changed.</exception>
    public (StoreState Snapshot, List<(StoreEventType Type, StoredObject Object)> Writes) Recover(ILogger logger)
    {
        var snapshot = StoreState.Empty;
        if (Files("snapshot-", ".bin").LastOrDefault() is { Path: not null } newest)
        {
            snapshot = ReadSnapshot(newest.Path, newest.Revision);
        }

        var writes = new List<(StoreEventType, StoredObject)>();
        var next = snapshot.Revision + 1;
        var segments = Files("wal-", ".log");
        LogBytes = segments.Sum(segment => new FileInfo(segment.Path).Length);
        for (var index = 0; index < segments.Count; index++)
        {
            var isLast = index == segments.Count - 1;
            if (isLast || segments[index + 1].Revision > next)
            {
                ReadSegment(segments[index].Path, isLast, writes, ref next, logger);
            }
        }

        return (snapshot, writes);
    }

    /// <summary>Writes a batch as one frame; on return it is as durable as the store promises.</summary>
    public void Append(IReadOnlyList<StoreEvent> batch)
    {
        _segment ??= OpenSegment(batch[0].Revision);
        _buffer.ResetWrittenCount();
        _ = _buffer.GetSpan(Frame.HeaderBytes);
        _buffer.Advance(Frame.HeaderBytes);
        foreach (var change in batch)
        {
            RecordCodec.Write(_buffer, change.Type, change.Current);
        }

        FinishFrame(_buffer);
        RandomAccess.Write(_segment, _buffer.WrittenSpan, _segmentLength);
        if (_sync)
        {
            RandomAccess.FlushToDisk(_segment);
        }

        _segmentLength += _buffer.WrittenCount;
        LogBytes += _buffer.WrittenCount;
    }

    /// <summary>Ends the current segment; the next write opens another.</summary>
    public void Rotate()
    {
        _segment?.Dispose();
        _segment = null;
        LogBytes = 0;
    }

    /// <summary>Writes a snapshot and then drops the files that it replaces. May run beside <see cref="Append"/> when rotated at that revision.</summary>
    public void WriteSnapshot(StoreState state)
    {
        var path = Path.Combine(_folder, FileName("snapshot-", state.Revision, ".bin"));
        var temporary = path + ".tmp";
        using (var handle = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            var buffer = new ArrayBufferWriter<byte>(2 * SnapshotFrameBytes);
            var (offset, count) = (0L, 0L);
            void Flush()
            {
                FinishFrame(buffer);
                RandomAccess.Write(handle, buffer.WrittenSpan, offset);
                offset += buffer.WrittenCount;
                buffer.ResetWrittenCount();
            }

            foreach (var item in state.All())
            {
                StartFrame(buffer);
                RecordCodec.Write(buffer, StoreEventType.Created, item);
                count++;
                if (buffer.WrittenCount >= SnapshotFrameBytes)
                {
                    Flush();
                }
            }

            if (buffer.WrittenCount > 0)
            {
                Flush();
            }

            // The last frame says how many objects there are, so that a snapshot cut off between frames is noticed.
            StartFrame(buffer);
            System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(8), count);
            buffer.Advance(8);
            Flush();
            RandomAccess.FlushToDisk(handle);
        }

        File.Move(temporary, path, overwrite: true);
        FolderSync.Flush(_folder);
        foreach (var old in Files("snapshot-", ".bin").Where(file => file.Revision < state.Revision).Concat(Files("wal-", ".log").Where(file => file.Revision <= state.Revision)))
        {
            File.Delete(old.Path);
        }
    }

    public void Dispose()
    {
        _segment?.Dispose();
        _lock.Dispose();
    }

    private static string FileName(string prefix, long revision, string suffix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{revision:D19}{suffix}");

    private static void StartFrame(ArrayBufferWriter<byte> buffer)
    {
        if (buffer.WrittenCount == 0)
        {
            _ = buffer.GetSpan(Frame.HeaderBytes);
            buffer.Advance(Frame.HeaderBytes);
        }
    }

    private static void FinishFrame(ArrayBufferWriter<byte> buffer)
    {
        _ = System.Runtime.InteropServices.MemoryMarshal.TryGetArray(buffer.WrittenMemory, out var bytes);
        Frame.WriteHeader(bytes.AsSpan(0, Frame.HeaderBytes), bytes.AsSpan(Frame.HeaderBytes));
    }

    private static StoreState ReadSnapshot(string path, long revision)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        var objects = new List<StoredObject>();
        var rest = file;
        while (true)
        {
            var offset = file.Length - rest.Length;
            if (Frame.Read(rest, out var payload) != FrameResult.Whole)
            {
                throw new CorruptStoreException(path, offset, "the checksum of the snapshot is wrong or its end is missing");
            }

            rest = rest[(Frame.HeaderBytes + payload.Length)..];
            if (rest.IsEmpty)
            {
                var count = System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(payload);
                return payload.Length == 8 && count == objects.Count
                    ? StoreState.Of(revision, objects)
                    : throw new CorruptStoreException(path, offset, "objects are missing");
            }

            while (!payload.IsEmpty)
            {
                objects.Add(RecordCodec.Read(ref payload).Object);
            }
        }
    }

    private static void ReadSegment(string path, bool isLast, List<(StoreEventType, StoredObject)> writes, ref long next, ILogger logger)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        var rest = file;
        while (!rest.IsEmpty)
        {
            var offset = file.Length - rest.Length;
            var result = Frame.Read(rest, out var payload);
            if (result == FrameResult.Torn && isLast)
            {
                logger.LogWarning("The last write to {Path} was cut off at byte {Offset} and never acknowledged; dropping {Bytes} bytes.", path, offset, rest.Length);
                using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
                RandomAccess.SetLength(handle, offset);
                RandomAccess.FlushToDisk(handle);
                return;
            }

            if (result != FrameResult.Whole)
            {
                throw new CorruptStoreException(path, offset, result == FrameResult.Torn ? "the end of the file is missing" : "the checksum is wrong");
            }

            rest = rest[(Frame.HeaderBytes + payload.Length)..];
            while (!payload.IsEmpty)
            {
                var write = RecordCodec.Read(ref payload);
                if (write.Object.Revision < next)
                {
                    continue;
                }

                if (write.Object.Revision > next)
                {
                    throw new CorruptStoreException(path, offset, $"revision {next} is missing before {write.Object.Revision}");
                }

                writes.Add(write);
                next++;
            }
        }
    }

    private SafeFileHandle OpenSegment(long firstRevision)
    {
        var handle = File.OpenHandle(Path.Combine(_folder, FileName("wal-", firstRevision, ".log")), FileMode.Create, FileAccess.Write);
        _segmentLength = 0;
        if (_sync)
        {
            FolderSync.Flush(_folder);
        }

        return handle;
    }

    private List<(string Path, long Revision)> Files(string prefix, string suffix) => Directory.EnumerateFiles(_folder, prefix + "*" + suffix)
        .Select(path => (Path: path, Name: Path.GetFileName(path)[prefix.Length..^suffix.Length]))
        .Where(file => file.Name.All(char.IsAsciiDigit))
        .Select(file => (file.Path, long.Parse(file.Name, CultureInfo.InvariantCulture)))
        .OrderBy(file => file.Item2)
        .ToList();
}
