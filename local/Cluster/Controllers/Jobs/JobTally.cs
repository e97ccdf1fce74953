using k8s.Models;

namespace Scalelab.Cluster.Controllers.Jobs;

/// <summary>What has become of a job's pods so far. Pure.</summary>
/// <param name="Active">Neither ended nor asked to.</param>
/// <param name="Terminating">Asked to end, and not yet there.</param>
/// <param name="Succeeded">All that ever did, the uncounted ones included.</param>
/// <param name="Failed">The same of those that failed.</param>
/// <param name="Uncounted">The uids that the status does not have as numbers yet.</param>
/// <param name="ToRelease">The pods behind them that still have their finalizer.</param>
/// <param name="Indexes">The numbers that an indexed job has done.</param>
internal sealed record JobTally(
    IReadOnlyList<V1Pod> Active,
    int Ready,
    int Terminating,
    int Succeeded,
    int Failed,
    (IReadOnlyList<string> Succeeded, IReadOnlyList<string> Failed, int Count) Uncounted,
    IReadOnlyList<V1Pod> ToRelease,
    IReadOnlySet<int> Indexes,
    IReadOnlyList<V1Pod> Ended)
{
    /// <param name="isTracked">Whether a pod still has to be counted.</param>
    public static JobTally Of(V1Job job, IReadOnlyCollection<V1Pod> pods, Func<V1Pod, bool> isTracked)
    {
        var waitsForEnd = job.Spec.PodReplacementPolicy == "Failed";
        bool HasFailed(V1Pod pod) => pod.Status?.Phase == "Failed" || (!waitsForEnd && pod.Metadata.DeletionTimestamp is not null && pod.Status?.Phase != "Succeeded");
        bool HasSucceeded(V1Pod pod) => pod.Status?.Phase == "Succeeded";

        var known = job.Status?.UncountedTerminatedPods;
        var tracked = pods.Where(isTracked).ToList();
        var succeeded = Union(known?.Succeeded, tracked.Where(HasSucceeded));
        var failed = Union(known?.Failed, tracked.Where(pod => HasFailed(pod) && !HasSucceeded(pod)));
        var uids = succeeded.Concat(failed).ToHashSet(StringComparer.Ordinal);
        var indexed = job.Spec.CompletionMode == "Indexed";
        var indexes = IndexRanges.Parse(job.Status?.CompletedIndexes);
        if (indexed)
        {
            indexes.UnionWith(tracked.Where(HasSucceeded).Select(JobPods.IndexOf).OfType<int>().Where(index => index < job.Spec.Completions));
        }

        var active = pods.Where(pod => pod.IsActive()).ToList();
        return new JobTally(
            active,
            active.Count(pod => pod.IsReady()),
            pods.Count(pod => pod.IsTerminating()),
            indexed ? indexes.Count : (job.Status?.Succeeded ?? 0) + succeeded.Count,
            (job.Status?.Failed ?? 0) + failed.Count,
            (succeeded, failed, uids.Count),
            [.. tracked.Where(pod => uids.Contains(pod.Metadata.Uid))],
            indexes,
            [.. pods.Where(pod => pod.IsTerminal())]);
    }

    private static List<string> Union(IEnumerable<string>? known, IEnumerable<V1Pod> pods) => [.. (known ?? []).Union(pods.Select(pod => pod.Metadata.Uid))];
}
