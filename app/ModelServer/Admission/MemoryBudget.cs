namespace Scalelab.ModelServer.Admission;

/// <summary>How much memory the bodies of all requests, and the tensors made of them, may take together.</summary>
/// <param name="limit">Bytes.</param>
internal sealed class MemoryBudget(long limit)
{
    private long _taken;

    /// <summary>A quarter of the memory that the container may use, at most a gigabyte.</summary>
    public static MemoryBudget OfThisContainer() => new(Math.Min(1L << 30, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4));

    /// <summary>Bytes that are taken.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <exception cref="RequestException">Nothing is left (503).</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) > limit)
        {
            Give(bytes);
            throw new RequestException(
                StatusCodes.Status503ServiceUnavailable, "There is no memory left for more requests.", "Send it again in a moment, or run more replicas.")
            {
                RetryAfter = 1,
            };
        }
    }

    public void Give(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
