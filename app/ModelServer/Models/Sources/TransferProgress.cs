using System.Globalization;

namespace Scalelab.ModelServer.Models.Sources;

/// <summary>Tells the log how far a transfer is: every few seconds, so that a short one says it once.</summary>
/// <param name="shown">What is fetched.</param>
/// <param name="total">How many bytes it has; null where nobody knows.</param>
/// <param name="time">Clock of the speed.</param>
/// <param name="logger">Where it is told.</param>
internal sealed class TransferProgress(string shown, long? total, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly long _started = time.GetTimestamp();
    private long _told = time.GetTimestamp();
    private long _bytes;
    private long _received;

    /// <summary>All bytes so far, those of earlier attempts included.</summary>
    public long Bytes => _bytes;

    /// <summary>Bytes that arrived now.</summary>
    public void Receive(int count)
    {
        _bytes += count;
        _received += count;
        if (time.GetElapsedTime(_told) >= Interval)
        {
            _told = time.GetTimestamp();
            logger.LogInformation("Fetching {Model}: {Progress}", shown, Text());
        }
    }

    /// <summary>Bytes that were here before; negative where some have to come again.</summary>
    public void Skip(long count) => _bytes += count;

    public void Finish() => logger.LogInformation("Fetched {Model}: {Size} in {Seconds:0.0} s", shown, SourceName.Size(_bytes), time.GetElapsedTime(_started).TotalSeconds);

    private string Text()
    {
        var speed = SourceName.Size((long)(_received / Math.Max(0.001, time.GetElapsedTime(_started).TotalSeconds)));
        return total is > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{SourceName.Size(_bytes)} of {SourceName.Size(total.Value)} ({100.0 * _bytes / total.Value:0} %), {speed}/s")
            : $"{SourceName.Size(_bytes)}, {speed}/s";
    }
}
