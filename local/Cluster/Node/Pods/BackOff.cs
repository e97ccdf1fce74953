namespace Scalelab.Cluster.Node.Pods;

/// <summary>
/// When a failing thing may be tried again: 10 s after the first wait, doubling up to 5 minutes, and from the beginning after 10 quiet
/// minutes. The rules are those of client-go's flowcontrol.Backoff with kubelet's numbers.
/// </summary>
internal sealed class BackOff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private DateTimeOffset _updated;

    /// <summary>The present length of a wait; zero before the first.</summary>
    public TimeSpan Length { get; private set; }

    /// <summary>When the wait after something that happened at <paramref name="failed"/> is over.</summary>
    public DateTimeOffset EndAfter(DateTimeOffset failed) => failed - _updated > 2 * Longest ? failed : failed + Length;

    /// <summary>When the wait that <see cref="Next"/> began is over.</summary>
    public DateTimeOffset End => _updated + Length;

    /// <summary>Makes the next wait longer.</summary>
    /// <param name="failed">What happened last.</param>
    public void Next(DateTimeOffset failed, DateTimeOffset now)
    {
        Length = Length == TimeSpan.Zero || failed - _updated > 2 * Longest ? First : Length * 2 < Longest ? Length * 2 : Longest;
        _updated = now;
    }
}
