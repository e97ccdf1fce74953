using k8s.Models;

namespace Scalelab.Cluster.Controllers.Jobs;

/// <summary>The status of a job. Pure.</summary>
internal static class JobStatus
{
    /// <summary>With what has ended by its uid, before that is counted.</summary>
    public static V1JobStatus Of(V1Job job, JobTally tally, JobPlan plan, DateTimeOffset now)
    {
        var before = job.Status ?? new V1JobStatus();
        var suspended = job.Spec.Suspend == true;
        var deleted = plan.Delete.Count;
        var status = before with
        {
            Active = NullIfZero(tally.Active.Count - deleted + plan.Create.Count),
            Ready = tally.Ready,
            Terminating = tally.Terminating + deleted,
            StartTime = suspended ? null : before.StartTime ?? Seconds(now),
            UncountedTerminatedPods = new V1UncountedTerminatedPods { Succeeded = NullIfEmpty(tally.Uncounted.Succeeded), Failed = NullIfEmpty(tally.Uncounted.Failed) },
            Conditions = Conditions(job, plan, now),
        };
        return tally.Uncounted.Count == 0 ? Finish(status, plan, now) : status;
    }

    /// <summary>With everything counted.</summary>
    public static V1JobStatus Counted(V1JobStatus status, JobTally tally, JobPlan plan, DateTimeOffset now) => Finish(
        status with
        {
            Succeeded = NullIfZero(tally.Succeeded),
            Failed = NullIfZero(tally.Failed),
            CompletedIndexes = tally.Indexes.Count == 0 ? status.CompletedIndexes : IndexRanges.Format(tally.Indexes),
            UncountedTerminatedPods = new V1UncountedTerminatedPods(),
        },
        plan,
        now);

    /// <summary>The last condition comes when no pod runs any more.</summary>
    private static V1JobStatus Finish(V1JobStatus status, JobPlan plan, DateTimeOffset now)
    {
        if (plan.Outcome is not { } outcome || status.Active is > 0 || status.Terminating is > 0)
        {
            return status;
        }

        var type = outcome.Type == JobConditions.SuccessCriteriaMet ? JobConditions.Complete : JobConditions.Failed;
        return status with
        {
            Conditions = [.. status.Conditions ?? [], JobConditions.New(type, outcome.Reason, outcome.Message, now)],
            CompletionTime = type == JobConditions.Complete ? Seconds(now) : status.CompletionTime,
        };
    }

    private static List<V1JobCondition>? Conditions(V1Job job, JobPlan plan, DateTimeOffset now)
    {
        var conditions = (job.Status?.Conditions ?? []).ToList();
        if (plan.Outcome is { } outcome && !conditions.Exists(condition => condition.Type == outcome.Type))
        {
            conditions.Add(outcome);
        }

        var at = conditions.FindIndex(condition => condition.Type == JobConditions.Suspended);
        if (job.Spec.Suspend == true && plan.Outcome is null)
        {
            var suspended = JobConditions.New(JobConditions.Suspended, "JobSuspended", "Job suspended", now);
            if (at < 0)
            {
                conditions.Add(suspended);
            }
            else if (conditions[at].Status != "True")
            {
                conditions[at] = suspended;
            }
        }
        else if (at >= 0 && conditions[at].Status == "True" && job.Spec.Suspend != true)
        {
            conditions[at] = JobConditions.New(JobConditions.Suspended, "JobResumed", "Job resumed", now, "False");
        }

        return conditions.Count == 0 ? null : conditions;
    }

    private static DateTime Seconds(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);

    private static int? NullIfZero(int count) => count == 0 ? null : count;

    private static List<string>? NullIfEmpty(IReadOnlyList<string> uids) => uids.Count == 0 ? null : [.. uids];
}
