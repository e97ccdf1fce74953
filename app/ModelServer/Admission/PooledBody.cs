using System.Buffers;

namespace Scalelab.ModelServer.Admission;

/// <summary>A request's body in one piece of pooled memory, which grows with what has arrived: a length that is only claimed takes none.</summary>
internal sealed class PooledBody : IDisposable
{
    private const int First = 128 * 1024;

    private readonly MemoryBudget _budget;
    private byte[] _bytes;
    private int _length;

    private PooledBody(MemoryBudget budget, int capacity)
    {
        _budget = budget;
        budget.Take(capacity);
        _bytes = ArrayPool<byte>.Shared.Rent(capacity);
        Capacity = capacity;
    }

    /// <summary>What has been read; valid until disposed.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    private int Capacity { get; set; }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="body">What to read.</param>
    /// <param name="expected">Bytes that it is said to have; null when unknown.</param>
    /// <param name="limit">Most bytes.</param>
    /// <param name="tooLarge">What is thrown beyond the limit.</param>
    /// <param name="budget">Where the memory is accounted for.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RequestException">Too large, or no memory is left (503).</exception>
    public static async Task<PooledBody> ReadAsync(
        Stream body, long? expected, int limit, Func<RequestException> tooLarge, MemoryBudget budget, CancellationToken cancellationToken)
    {
        if (expected > limit)
        {
            throw tooLarge();
        }
        // One byte more than expected: the end is found without growing.
        var read = new PooledBody(budget, (int)Math.Min(First, (expected ?? limit) + 1));
        try
        {
            while (true)
            {
                var count = await body.ReadAsync(read._bytes.AsMemory(read._length, read.Capacity - read._length), cancellationToken);
                read._length += count;
                if (count == 0)
                {
                    return read;
                }
                if (read._length > limit)
                {
                    throw tooLarge();
                }
                if (read._length == read.Capacity)
                {
                    read.Grow((int)Math.Min(read.Capacity * 2L, (expected ?? limit) + 1));
                }
            }
        }
        catch
        {
            read.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _bytes, []));
        _budget.Give(Capacity);
        Capacity = 0;
    }

    private void Grow(int capacity)
    {
        _budget.Take(capacity - Capacity);
        var grown = ArrayPool<byte>.Shared.Rent(capacity);
        Bytes.Span.CopyTo(grown);
        ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, Capacity) = (grown, capacity);
    }
}
