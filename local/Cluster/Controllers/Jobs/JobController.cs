using System.Collections.Concurrent;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.Jobs;

/// <summary>
/// Runs the pods of jobs until enough of them have succeeded, or too many failed. Each pod carries a finalizer until it is counted, so that none is
/// counted twice or not at all, whenever this stops.
/// </summary>
internal sealed class JobController : Controller
{
    private readonly IApiClient _client;
    private readonly Informer<V1Job> _jobs;
    private readonly Informer<V1Pod> _pods;
    private readonly PodControl _control;
    private readonly Expectations _expectations;

    // Their finalizer was taken away, which the cache may not show yet.
    private readonly ConcurrentDictionary<string, bool> _released = new(StringComparer.Ordinal);

    public JobController(IApiClient client, Informer<V1Job> jobs, Informer<V1Pod> pods, EventRecorder events, TimeProvider time, ILogger logger)
        : base(time, logger)
    {
        _client = client;
        _jobs = jobs;
        _pods = pods;
        _control = new PodControl(client, events, "job-controller", "batch/v1", "Job");
        _expectations = new Expectations(time);
        jobs.Changed += (old, job) => Queue.Add(ObjectKey.Of((job ?? old)!));
        pods.Changed += OnPod;
    }

    protected override IEnumerable<Task> Synced => [_jobs.Synced, _pods.Synced];

    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_jobs.Find(key) is not { } job || job.Metadata.DeletionTimestamp is not null || JobConditions.IsFinished(job))
        {
            _expectations.Forget(key);
            await ReleaseAllAsync(key, cancellationToken);
            return;
        }

        var now = Time.GetUtcNow();
        var met = _expectations.AreMet(key);
        var pods = await Claims.ClaimAsync(
            _client, job, "batch/v1", "Job", _pods.InNamespace(key.Namespace), pod => LabelSelectors.Matches(job.Spec.Selector, pod.Metadata.Labels), cancellationToken);
        var tally = JobTally.Of(job, pods, IsTracked);
        var plan = JobPlan.For(job, tally, now);
        // A pod that has ended counts by its finalizer, then by the status: with a status that is behind it is in neither, and would run once more.
        // The change that is on its way brings the job back here.
        if (met && (plan.Create.Count == 0 || await Owners.IsUnchangedAsync(_client, job, cancellationToken)))
        {
            await CarryOutAsync(key, job, plan, cancellationToken);
        }
        else
        {
            plan = plan with { Create = [], Delete = [] };
        }

        await CountAsync(job, tally, plan, now, cancellationToken);
        if (plan.CheckAfter is { } pause)
        {
            Queue.AddAfter(key, pause);
        }
    }

    private static ObjectKey? JobOf(V1Pod pod) => PodFilters.ControllerOf(pod) is { Kind: "Job" } owner ? new ObjectKey(pod.Metadata.NamespaceProperty, owner.Name)
        : JobPods.HasFinalizer(pod) && pod.Metadata.Labels?.TryGetValue(JobPods.NameLabel, out var name) == true ? new ObjectKey(pod.Metadata.NamespaceProperty, name)
        : null;

    private bool IsTracked(V1Pod pod) => JobPods.HasFinalizer(pod) && !_released.ContainsKey(pod.Metadata.Uid);

    private void OnPod(V1Pod? old, V1Pod? pod)
    {
        var present = (pod ?? old)!;
        if (pod is null)
        {
            _released.TryRemove(present.Metadata.Uid, out _);
        }

        if (JobOf(present) is { } key)
        {
            if (old is null)
            {
                _expectations.CreationSeen(key);
            }

            if (pod is null || pod.Metadata.DeletionTimestamp is not null)
            {
                _expectations.DeletionSeen(key, present.Metadata.Uid);
            }

            Queue.Add(key);
        }
    }

    private async Task CarryOutAsync(ObjectKey key, V1Job job, JobPlan plan, CancellationToken cancellationToken)
    {
        _expectations.ExpectDeletions(key, plan.Delete.Select(pod => pod.Metadata.Uid));
        foreach (var pod in plan.Delete)
        {
            if (!plan.CountsDeleted)
            {
                await ReleaseAsync(pod, cancellationToken);
            }

            await _control.DeleteAsync(job, pod, cancellationToken);
        }

        foreach (var index in plan.Create)
        {
            _expectations.ExpectCreations(key, 1);
            try
            {
                await _control.CreateAsync(job, JobPods.New(_control, job, index), cancellationToken);
            }
            catch
            {
                _expectations.CreationSeen(key);
                throw;
            }
        }
    }

    /// <summary>
    /// Brings what has ended into the status: first by uid, then, when the pods' finalizers are gone, as numbers. After a crash in between, the uids
    /// whose pods have no finalizer any more are still counted.
    /// </summary>
    private async Task CountAsync(V1Job job, JobTally tally, JobPlan plan, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var written = job;
        var status = JobStatus.Of(job, tally, plan, now);
        if (!status.IsSameAs(job.Status))
        {
            written = await _client.UpdateStatusAsync(job with { Status = status }, cancellationToken);
            JobConditions.Tell(_control, job, written);
        }

        if (tally.Uncounted.Count == 0)
        {
            return;
        }

        foreach (var pod in tally.ToRelease)
        {
            await ReleaseAsync(pod, cancellationToken);
        }

        var counted = JobStatus.Counted(written.Status, tally, plan, now);
        JobConditions.Tell(_control, written, await _client.UpdateStatusAsync(written with { Status = counted }, cancellationToken));
    }

    private async Task ReleaseAllAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var job = _jobs.Find(key);
        foreach (var pod in _pods.InNamespace(key.Namespace).Where(pod => IsTracked(pod) && JobOf(pod) == key))
        {
            // A job of the same name may have come since; its pods are its own.
            if (job is null || PodFilters.ControllerOf(pod) is not { } owner || owner.Uid == job.Metadata.Uid)
            {
                await ReleaseAsync(pod, cancellationToken);
            }
        }
    }

    private async Task ReleaseAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        try
        {
            var live = await _client.GetAsync<V1Pod>(pod.Metadata.NamespaceProperty, pod.Metadata.Name, cancellationToken);
            if (live.Metadata.Uid == pod.Metadata.Uid && JobPods.HasFinalizer(live))
            {
                live.Metadata.Finalizers = [.. live.Metadata.Finalizers.Where(finalizer => finalizer != JobPods.Finalizer)];
                await _client.UpdateAsync(live, cancellationToken);
            }
        }
        catch (ApiException exception) when (exception.Code == 404)
        {
            // Gone already.
        }

        _released[pod.Metadata.Uid] = true;
    }
}
