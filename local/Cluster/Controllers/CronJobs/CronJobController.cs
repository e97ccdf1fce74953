using System.Globalization;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Controllers.Jobs;

namespace Scalelab.Cluster.Controllers.CronJobs;

/// <summary>Makes the jobs of cron jobs when they are due, and forgets the oldest that have ended.</summary>
internal sealed class CronJobController : Controller
{
    private const string ScheduledAnnotation = "batch.kubernetes.io/cronjob-scheduled-timestamp";

    // A moment later than due, so that clocks agree on what is over; upstream's nextScheduleDelta.
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(100);

    private static readonly V1EventSource Source = new() { Component = "cronjob-controller" };

    private readonly IApiClient _client;
    private readonly Informer<V1CronJob> _crons;
    private readonly Informer<V1Job> _jobs;
    private readonly EventRecorder _events;

    public CronJobController(IApiClient client, Informer<V1CronJob> crons, Informer<V1Job> jobs, EventRecorder events, TimeProvider time, ILogger logger)
        : base(time, logger)
    {
        _client = client;
        _crons = crons;
        _jobs = jobs;
        _events = events;
        crons.Changed += (old, cron) => Queue.Add(ObjectKey.Of((cron ?? old)!));
        jobs.Changed += (old, job) =>
        {
            if (PodFilters.ControllerOf((job ?? old)!) is { Kind: "CronJob" } owner)
            {
                Queue.Add(new ObjectKey((job ?? old)!.Metadata.NamespaceProperty, owner.Name));
            }
        };
    }

    protected override IEnumerable<Task> Synced => [_crons.Synced, _jobs.Synced];

    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_crons.Find(key) is not { } cron || cron.Metadata.DeletionTimestamp is not null)
        {
            return;
        }

        var own = _jobs.InNamespace(key.Namespace).Where(job => PodFilters.ControllerOf(job)?.Uid == cron.Metadata.Uid).ToList();
        var status = Follow(cron, own);
        await ForgetAsync(cron, own, cancellationToken);
        if (cron.Spec.Suspend != true && Zone(cron) is { } zone && CronSchedule.TryParse(cron.Spec.Schedule, out var schedule, out _))
        {
            var now = Time.GetUtcNow();
            var times = CronJobTimes.Of(cron, schedule!, zone, now);
            if (times.Missed is { } due)
            {
                status = await StartAsync(cron, status, own, due, now, cancellationToken);
            }

            if (times.Next is { } next)
            {
                Queue.AddAfter(key, next - now + Delay);
            }
        }

        if (!status.IsSameAs(cron.Status ?? new V1CronJobStatus()))
        {
            await _client.UpdateStatusAsync(cron with { Status = status }, cancellationToken);
        }
    }

    private TimeZoneInfo? Zone(V1CronJob cron)
    {
        if (cron.Spec.TimeZone is not { Length: > 0 } name)
        {
            return TimeZoneInfo.Utc;
        }

        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            return zone;
        }

        Record(cron, "Warning", "UnknownTimeZone", $"invalid timeZone: \"{name}\": unknown time zone {name}");
        return null;
    }

    /// <summary>The status with the jobs that still run, and what became of the others.</summary>
    private V1CronJobStatus Follow(V1CronJob cron, List<V1Job> own)
    {
        var status = cron.Status ?? new V1CronJobStatus();
        var active = (status.Active ?? []).ToList();
        foreach (var job in own)
        {
            var listed = active.FindIndex(reference => reference.Uid == job.Metadata.Uid);
            if (!JobConditions.IsFinished(job))
            {
                if (listed < 0)
                {
                    active.Add(Reference(job));
                }
            }
            else if (listed >= 0)
            {
                active.RemoveAt(listed);
                var condition = JobConditions.Has(job.Status, JobConditions.Complete) ? JobConditions.Complete : JobConditions.Failed;
                Record(cron, "Normal", "SawCompletedJob", $"Saw completed job: {job.Metadata.Name}, condition: {condition}");
                if (condition == JobConditions.Complete && (status.LastSuccessfulTime is null || job.Status.CompletionTime > status.LastSuccessfulTime))
                {
                    status = status with { LastSuccessfulTime = job.Status.CompletionTime };
                }
            }
        }

        foreach (var missing in active.Where(reference => own.TrueForAll(job => job.Metadata.Uid != reference.Uid)).ToList())
        {
            active.Remove(missing);
            Record(cron, "Normal", "MissingJob", $"Active job went missing: {missing.Name}");
        }

        return status with { Active = active.Count == 0 ? null : active };
    }

    private async Task<V1CronJobStatus> StartAsync(V1CronJob cron, V1CronJobStatus status, List<V1Job> own, DateTimeOffset due, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (cron.Spec.StartingDeadlineSeconds is { } seconds && due.AddSeconds(seconds) < now)
        {
            Record(cron, "Warning", "MissSchedule", $"Missed scheduled time to start a job: {due.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)} UTC");
            return status;
        }

        var active = (status.Active ?? []).ToList();
        if (active.Count > 0 && cron.Spec.ConcurrencyPolicy == "Forbid")
        {
            Record(cron, "Normal", "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid");
            return status;
        }

        if (cron.Spec.ConcurrencyPolicy == "Replace")
        {
            foreach (var job in own.Where(job => active.Exists(reference => reference.Uid == job.Metadata.Uid)))
            {
                await DeleteAsync(cron, job, cancellationToken);
                active.RemoveAll(reference => reference.Uid == job.Metadata.Uid);
            }
        }

        try
        {
            var created = await _client.CreateAsync(NewJob(cron, due), cancellationToken);
            Record(cron, "Normal", "SuccessfulCreate", $"Created job {created.Metadata.Name}");
            active.Add(Reference(created));
        }
        catch (ApiException exception) when (exception.Reason == "AlreadyExists")
        {
            // Made before, though that was not written down.
        }
        catch (ApiException exception) when (exception.Reason != "NamespaceTerminating")
        {
            Record(cron, "Warning", "FailedCreate", $"Error creating job: {exception.Message}");
            throw;
        }

        return status with { Active = active.Count == 0 ? null : active, LastScheduleTime = due.UtcDateTime };
    }

    private static V1Job NewJob(V1CronJob cron, DateTimeOffset due)
    {
        var template = cron.Spec.JobTemplate.Copy();
        var local = cron.Spec.TimeZone is { Length: > 0 } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? TimeZoneInfo.ConvertTime(due, zone) : due;
        return new V1Job
        {
            ApiVersion = "batch/v1",
            Kind = "Job",
            Metadata = new V1ObjectMeta
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"{cron.Metadata.Name}-{due.ToUnixTimeSeconds() / 60}"),
                NamespaceProperty = cron.Metadata.NamespaceProperty,
                Labels = template.Metadata?.Labels,
                Annotations = new Dictionary<string, string>(template.Metadata?.Annotations ?? new Dictionary<string, string>())
                {
                    [ScheduledAnnotation] = local.ToString(local.Offset == TimeSpan.Zero ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
                },
                OwnerReferences = [Claims.Reference(cron, "batch/v1", "CronJob")],
            },
            Spec = template.Spec,
        };
    }

    private async Task ForgetAsync(V1CronJob cron, List<V1Job> own, CancellationToken cancellationToken)
    {
        foreach (var (type, limit) in ((string, int?)[])[(JobConditions.Complete, cron.Spec.SuccessfulJobsHistoryLimit), (JobConditions.Failed, cron.Spec.FailedJobsHistoryLimit)])
        {
            var ended = own.Where(job => job.Metadata.DeletionTimestamp is null && JobConditions.Has(job.Status, type))
                .OrderBy(job => job.Status.StartTime).ThenBy(job => job.Metadata.Name, StringComparer.Ordinal).ToList();
            foreach (var job in limit is { } kept ? ended.Take(Math.Max(0, ended.Count - kept)) : [])
            {
                await DeleteAsync(cron, job, cancellationToken);
            }
        }
    }

    private async Task DeleteAsync(V1CronJob cron, V1Job job, CancellationToken cancellationToken)
    {
        try
        {
            await _client.DeleteAsync<V1Job>(job.Metadata.NamespaceProperty, job.Metadata.Name, new V1DeleteOptions { PropagationPolicy = "Background" }, cancellationToken);
            Record(cron, "Normal", "SuccessfulDelete", $"Deleted job {job.Metadata.Name}");
        }
        catch (ApiException exception) when (exception.Code == 404)
        {
            // Gone already.
        }
    }

    private static V1ObjectReference Reference(V1Job job) => EventRecorder.Reference(job, "batch/v1", "Job");

    private void Record(V1CronJob cron, string type, string reason, string message) => _events.Record(EventRecorder.Reference(cron, "batch/v1", "CronJob"), Source, type, reason, message);
}
