using k8s.Models;
using Scalelab.Cluster.Controllers.ReplicaSets;

namespace Scalelab.Cluster.Controllers.Jobs;

/// <summary>What is to be done about a job now. Pure.</summary>
/// <param name="Outcome">The condition that tells how the job ends, from the moment that this is certain; null before.</param>
/// <param name="Create">One entry for each pod to be made: its index, or null where the job is not indexed.</param>
/// <param name="Delete">The pods to be deleted.</param>
/// <param name="CountsDeleted">Whether those count as failed.</param>
/// <param name="CheckAfter">When to look again though nothing has changed.</param>
internal sealed record JobPlan(V1JobCondition? Outcome, IReadOnlyList<int?> Create, IReadOnlyList<V1Pod> Delete, bool CountsDeleted, TimeSpan? CheckAfter)
{
    private const int Burst = 500;

    // kube-controller-manager's DefaultJobPodFailureBackOff and MaxJobPodFailureBackOff.
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    public static JobPlan For(V1Job job, JobTally tally, DateTimeOffset now)
    {
        var deadline = Deadline(job);
        var outcome = JobConditions.Decided(job) ?? Decide(job, tally, deadline, now);
        if (outcome is not null)
        {
            return new JobPlan(outcome, [], tally.Active, outcome.Type == JobConditions.FailureTarget, null);
        }

        if (job.Spec.Suspend == true)
        {
            return new JobPlan(null, [], tally.Active, CountsDeleted: false, null);
        }

        var (parallelism, active) = (job.Spec.Parallelism ?? 1, tally.Active.Count);
        var wanted = job.Spec.Completions is not { } completions ? (tally.Succeeded > 0 ? Math.Min(active, parallelism) : parallelism) : Math.Min(Math.Max(0, completions - tally.Succeeded), parallelism);
        var rest = deadline - now;
        if (active > wanted)
        {
            return new JobPlan(null, [], [.. tally.Active.Order(new DeletionOrder(_ => 0, now)).Take(active - wanted)], CountsDeleted: false, rest);
        }

        var missing = wanted - active - (job.Spec.PodReplacementPolicy == "Failed" ? tally.Terminating : 0);
        if (missing <= 0)
        {
            return new JobPlan(null, [], [], CountsDeleted: false, rest);
        }

        return Pause(tally, now) is { } pause
            ? new JobPlan(null, [], [], CountsDeleted: false, rest < pause ? rest : pause)
            : new JobPlan(null, Indexes(job, tally, Math.Min(missing, Burst)), [], CountsDeleted: false, rest);
    }

    private static V1JobCondition? Decide(V1Job job, JobTally tally, DateTimeOffset? deadline, DateTimeOffset now)
    {
        if (tally.Failed > job.Spec.BackoffLimit || HasRestartedTooOften(job, tally))
        {
            return JobConditions.New(JobConditions.FailureTarget, "BackoffLimitExceeded", "Job has reached the specified backoff limit", now);
        }

        if (deadline <= now)
        {
            return JobConditions.New(JobConditions.FailureTarget, "DeadlineExceeded", "Job was active longer than specified deadline", now);
        }

        var complete = tally.Active.Count == 0 && (job.Spec.Completions is { } completions ? tally.Succeeded >= completions : tally.Succeeded > 0);
        return complete && job.Spec.Suspend != true ? JobConditions.New(JobConditions.SuccessCriteriaMet, "CompletionsReached", "Reached expected number of succeeded pods", now) : null;
    }

    /// <summary>Containers that are started again in their pod count too.</summary>
    private static bool HasRestartedTooOften(V1Job job, JobTally tally)
    {
        if (job.Spec.Template.Spec.RestartPolicy != "OnFailure")
        {
            return false;
        }

        var restarts = tally.Active.SelectMany(pod => (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? [])).Sum(status => status.RestartCount);
        return job.Spec.BackoffLimit is null or 0 ? restarts > 0 : restarts >= job.Spec.BackoffLimit;
    }

    private static DateTimeOffset? Deadline(V1Job job) => job.Spec is { ActiveDeadlineSeconds: { } seconds, Suspend: not true }
        ? (job.Status?.StartTime is { } start ? PodFilters.Utc(start).AddSeconds(seconds) : null)
        : null;

    /// <summary>How long to wait with the next pod: the longer, the more have failed since the last that succeeded.</summary>
    private static TimeSpan? Pause(JobTally tally, DateTimeOffset now)
    {
        var ended = tally.Ended.Select(pod => (Failed: pod.Status.Phase == "Failed", At: EndOf(pod))).OrderByDescending(end => end.At).ToList();
        var failures = ended.TakeWhile(end => end.Failed).ToList();
        if (failures.Count == 0)
        {
            return null;
        }

        var length = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, FirstPause.TotalSeconds * Math.Pow(2, Math.Min(failures.Count - 1, 16))));
        var rest = failures[0].At + length - now;
        return rest > TimeSpan.Zero ? rest : null;
    }

    private static DateTimeOffset EndOf(V1Pod pod) => (pod.Status.ContainerStatuses ?? []).Select(status => status.State?.Terminated?.FinishedAt).Max() is { } finished
        ? PodFilters.Utc(finished)
        : PodFilters.Utc(pod.ReadyCondition()?.LastTransitionTime ?? pod.Metadata.CreationTimestamp ?? DateTime.UnixEpoch);

    private static List<int?> Indexes(V1Job job, JobTally tally, int count)
    {
        if (job.Spec.CompletionMode != "Indexed")
        {
            return [.. Enumerable.Repeat((int?)null, count)];
        }

        var taken = tally.Active.Select(JobPods.IndexOf).OfType<int>().Concat(tally.Indexes).ToHashSet();
        return [.. Enumerable.Range(0, job.Spec.Completions ?? 0).Where(index => !taken.Contains(index)).Take(count).Select(index => (int?)index)];
    }
}
