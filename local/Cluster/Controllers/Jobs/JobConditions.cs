using k8s.Models;

namespace Scalelab.Cluster.Controllers.Jobs;

/// <summary>The conditions of jobs, in upstream's words.</summary>
internal static class JobConditions
{
    public const string SuccessCriteriaMet = "SuccessCriteriaMet";
    public const string FailureTarget = "FailureTarget";
    public const string Complete = "Complete";
    public const string Failed = "Failed";
    public const string Suspended = "Suspended";

    public static bool IsFinished(V1Job job) => Has(job.Status, Complete) || Has(job.Status, Failed);

    /// <summary>How the job ends, once that is written down; null before.</summary>
    public static V1JobCondition? Decided(V1Job job) => Find(job.Status, SuccessCriteriaMet) ?? Find(job.Status, FailureTarget);

    public static V1JobCondition? Find(V1JobStatus? status, string type) => status?.Conditions?.FirstOrDefault(condition => condition.Type == type && condition.Status == "True");

    public static bool Has(V1JobStatus? status, string type) => Find(status, type) is not null;

    public static V1JobCondition New(string type, string reason, string message, DateTimeOffset now, string status = "True")
    {
        var time = new DateTime(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
        return new V1JobCondition { Type = type, Status = status, Reason = reason, Message = message, LastProbeTime = time, LastTransitionTime = time };
    }

    /// <summary>Tells what a write of the status has made known.</summary>
    public static void Tell(PodControl control, V1Job before, V1Job after)
    {
        if (Has(after.Status, Complete) && !Has(before.Status, Complete))
        {
            control.Record(after, "Normal", "Completed", "Job completed");
        }

        if (Find(after.Status, Failed) is { } failed && !Has(before.Status, Failed))
        {
            control.Record(after, "Warning", failed.Reason, failed.Message);
        }

        var (was, suspended) = (State(before), State(after));
        if (suspended is not null && was?.Status != suspended.Status)
        {
            control.Record(after, "Normal", suspended.Status == "True" ? "Suspended" : "Resumed", suspended.Message);
        }
    }

    private static V1JobCondition? State(V1Job job) => job.Status?.Conditions?.FirstOrDefault(condition => condition.Type == Suspended);
}
