using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.Jobs;

/// <summary>Deletes jobs that ended as long ago as their ttlSecondsAfterFinished says, and what they own with them.</summary>
internal sealed class FinishedJobController : Controller
{
    private readonly IApiClient _client;
    private readonly Informer<V1Job> _jobs;

    public FinishedJobController(IApiClient client, Informer<V1Job> jobs, TimeProvider time, ILogger logger)
        : base(time, logger)
    {
        _client = client;
        _jobs = jobs;
        jobs.Changed += (_, job) =>
        {
            if (job is { Spec.TtlSecondsAfterFinished: not null, Metadata.DeletionTimestamp: null } && JobConditions.IsFinished(job))
            {
                Queue.Add(ObjectKey.Of(job));
            }
        };
    }

    protected override IEnumerable<Task> Synced => [_jobs.Synced];

    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_jobs.Find(key) is not { Spec.TtlSecondsAfterFinished: { } seconds, Metadata.DeletionTimestamp: null } job
            || (JobConditions.Find(job.Status, JobConditions.Complete) ?? JobConditions.Find(job.Status, JobConditions.Failed)) is not { LastTransitionTime: { } finished })
        {
            return;
        }

        var rest = PodFilters.Utc(finished).AddSeconds(seconds) - Time.GetUtcNow();
        if (rest > TimeSpan.Zero)
        {
            Queue.AddAfter(key, rest);
            return;
        }

        var options = new V1DeleteOptions { PropagationPolicy = "Foreground", Preconditions = new V1Preconditions { Uid = job.Metadata.Uid, ResourceVersion = job.Metadata.ResourceVersion } };
        await _client.DeleteAsync<V1Job>(key.Namespace, key.Name, options, cancellationToken);
    }
}
