using k8s.Models;

namespace Scalelab.Cluster.Controllers.CronJobs;

/// <summary>When a cron job is due. Pure.</summary>
/// <param name="Missed">The last time that was due and not yet served; null where there is none.</param>
/// <param name="Next">The next time after now; null where there will be none.</param>
internal sealed record CronJobTimes(DateTimeOffset? Missed, DateTimeOffset? Next)
{
    public static CronJobTimes Of(V1CronJob cron, CronSchedule schedule, TimeZoneInfo zone, DateTimeOffset now)
    {
        var since = PodFilters.Utc(cron.Status?.LastScheduleTime ?? cron.Metadata.CreationTimestamp ?? now.UtcDateTime);
        if (cron.Spec.StartingDeadlineSeconds is { } seconds && now.AddSeconds(-seconds) is var earliest && earliest > since)
        {
            since = earliest;
        }

        DateTimeOffset? missed = null;
        var next = schedule.After(since, zone);
        if (next <= now && schedule.After(next.Value, zone) is { } second && second <= now)
        {
            // Many were missed, perhaps: begin near the present, not further back than the schedule's longest gap.
            for (var back = second - next.Value; ; back *= 2)
            {
                var start = now - back > since ? now - back : since;
                var candidate = schedule.After(start, zone);
                if (candidate <= now || start == since)
                {
                    next = candidate;
                    break;
                }
            }
        }

        for (; next <= now; next = schedule.After(next.Value, zone))
        {
            missed = next;
        }

        return new CronJobTimes(missed, next);
    }
}
