using System.Globalization;
using System.Text;

namespace Scalelab.Cluster.Node.Processes;

/// <summary>Reads what <see cref="ContainerLog"/> writes, as <c>kubectl logs</c> asks for it.</summary>
internal sealed class LogReader(string path, PodLogOptions options, Stream destination)
{
    private long _sent;
    private bool _full;

    /// <summary>Copies the log; follows <paramref name="live"/> until it is closed when that is asked for.</summary>
    public async Task CopyAsync(ContainerLog? live, CancellationToken cancellationToken)
    {
        var skip = options.TailLines is { } tail ? Math.Max(0, await CountAsync(cancellationToken) - tail) : 0;
        if (File.Exists(path + ".1"))
        {
            await using var old = Open(path + ".1");
            skip = await CopyToEndAsync(new LineBuffer(old), skip, cancellationToken);
        }

        while (!_full)
        {
            var rotations = live?.Rotations ?? 0;
            await using var file = Open(path);
            var lines = new LineBuffer(file);
            while (true)
            {
                // Taken before reading: what is written after the read completes it.
                var grown = live?.Grown ?? Task.CompletedTask;
                var ended = live is null || live.IsClosed;
                var rotated = live is not null && live.Rotations != rotations;
                skip = await CopyToEndAsync(lines, skip, cancellationToken);
                await destination.FlushAsync(cancellationToken);
                if (!options.Follow || ended || _full)
                {
                    return;
                }

                if (rotated)
                {
                    break;
                }

                await grown.WaitAsync(cancellationToken);
            }
        }
    }

    private static FileStream Open(string file) => new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        long count = 0;
        foreach (var name in (string[])[path + ".1", path])
        {
            if (!File.Exists(name))
            {
                continue;
            }

            await using var file = Open(name);
            var lines = new LineBuffer(file);
            while (await lines.NextAsync(cancellationToken) is { } line)
            {
                count += Selects(line.Span) ? 1 : 0;
            }
        }

        return count;
    }

    private async Task<long> CopyToEndAsync(LineBuffer lines, long skip, CancellationToken cancellationToken)
    {
        while (!_full && await lines.NextAsync(cancellationToken) is { } line)
        {
            if (!Selects(line.Span))
            {
                continue;
            }

            if (skip > 0)
            {
                skip--;
                continue;
            }

            await WriteAsync(line, cancellationToken);
        }

        return skip;
    }

    /// <summary>Time, stream, tag and text are separated by single blanks.</summary>
    private bool Selects(ReadOnlySpan<byte> line)
    {
        var time = line.IndexOf((byte)' ');
        if (time < 0 || line.Length < time + 10)
        {
            return false;
        }

        if (options.Stream is { } stream && !stream.Equals("All", StringComparison.OrdinalIgnoreCase)
            && !Encoding.ASCII.GetString(line[(time + 1)..(time + 7)]).Equals(stream, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        return options.Since is not { } since
            || (DateTimeOffset.TryParse(Encoding.ASCII.GetString(line[..time]), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) && at >= since);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        var time = line.Span.IndexOf((byte)' ');
        var complete = line.Span[time + 8] == (byte)'F';
        var text = line[(time + 10)..];
        if (options.Timestamps)
        {
            await SendAsync(line[..(time + 1)], cancellationToken);
        }

        await SendAsync(text, cancellationToken);
        if (complete)
        {
            await SendAsync("\n"u8.ToArray(), cancellationToken);
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (options.LimitBytes is { } limit && _sent + bytes.Length >= limit)
        {
            bytes = bytes[..(int)(limit - _sent)];
            _full = true;
        }

        _sent += bytes.Length;
        await destination.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>Complete lines of a file that may still grow; a line without its end is kept until the end is there.</summary>
    private sealed class LineBuffer(FileStream file)
    {
        private byte[] _buffer = new byte[64 * 1024];
        private int _start;
        private int _end;

        public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellationToken)
        {
            var searched = 0;
            while (true)
            {
                var length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
                if (length >= 0)
                {
                    var line = _buffer.AsMemory(_start, searched + length);
                    _start += searched + length + 1;
                    return line;
                }

                searched = _end - _start;
                if (_start > 0)
                {
                    _buffer.AsSpan(_start, searched).CopyTo(_buffer);
                    _end = searched;
                    _start = 0;
                }
                else if (_end == _buffer.Length)
                {
                    Array.Resize(ref _buffer, _buffer.Length * 2);
                }

                var count = await file.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
                if (count == 0)
                {
                    return null;
                }

                _end += count;
            }
        }
    }
}
