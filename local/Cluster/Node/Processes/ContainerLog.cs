using System.Globalization;
using System.Text;

namespace Scalelab.Cluster.Node.Processes;

/// <summary>
/// The log of one run of a container, in the container runtimes' format: <c>2026-01-02T03:04:05.000000006Z stdout F text</c>, with P instead of F for
/// a piece of a line that goes on. A file that has grown to its limit is set aside as <c>.1</c>, replacing the one before.
/// </summary>
internal sealed class ContainerLog : IDisposable
{
    /// <summary>The longest piece of a line; longer ones are written in several. Container runtimes take 16 KiB.</summary>
    public const int MaximumPiece = 16 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly long _limit;
    private readonly TimeProvider _time;
    private FileStream _file;
    private TaskCompletionSource _grown = New();

    public ContainerLog(string path, long limit, TimeProvider time)
    {
        _path = path;
        _limit = limit;
        _time = time;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = Open();
    }

    /// <summary>True once nothing more will be written.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>How many files were set aside so far.</summary>
    public int Rotations { get; private set; }

    /// <summary>Completes at the next write or when the log is closed. Take it before reading, then nothing is missed.</summary>
    public Task Grown
    {
        get
        {
            lock (_lock)
            {
                return _grown.Task;
            }
        }
    }

    /// <summary>Copies a stream of output into the log, until its end.</summary>
    public async Task CopyAsync(Stream output, string name, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaximumPiece];
        var filled = 0;
        while (true)
        {
            var count = await output.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            var end = filled + count;
            var start = 0;
            while (start < end && buffer.AsSpan(start, end - start).IndexOf((byte)'\n') is >= 0 and var length)
            {
                Append(name, complete: true, buffer.AsSpan(start, length));
                start += length + 1;
            }

            if (count == 0)
            {
                if (end > start)
                {
                    Append(name, complete: false, buffer.AsSpan(start, end - start));
                }

                return;
            }

            if (start == 0 && end == buffer.Length)
            {
                Append(name, complete: false, buffer);
                start = end;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            filled = end - start;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (!IsClosed)
            {
                IsClosed = true;
                _file.Dispose();
                _grown.TrySetResult();
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Append(string stream, bool complete, ReadOnlySpan<byte> text)
    {
        var now = _time.GetUtcNow();
        var head = string.Create(CultureInfo.InvariantCulture, $"{now:yyyy-MM-ddTHH:mm:ss.fffffff}00Z {stream} {(complete ? 'F' : 'P')} ");
        lock (_lock)
        {
            if (IsClosed)
            {
                return;
            }

            if (_file.Length > 0 && _file.Length + text.Length > _limit)
            {
                _file.Dispose();
                File.Move(_path, _path + ".1", overwrite: true);
                _file = Open();
                Rotations++;
            }

            Span<byte> prefix = stackalloc byte[64];
            _file.Write(prefix[..Utf8.GetBytes(head, prefix)]);
            _file.Write(text);
            _file.WriteByte((byte)'\n');
            _file.Flush();
            _grown.TrySetResult();
            _grown = New();
        }
    }

    private FileStream Open()
    {
        var file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 4096);

        // A daemon that was killed while it wrote may have left half a line.
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n')
            {
                file.WriteByte((byte)'\n');
            }
        }

        return file;
    }
}
