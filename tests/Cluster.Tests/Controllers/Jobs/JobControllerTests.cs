using k8s.Models;
using Scalelab.Cluster.Tests.Lifecycles;

namespace Scalelab.Cluster.Tests.Controllers.Jobs;

/// <summary>Jobs on a node with played processes.</summary>
public sealed class JobControllerTests : IAsyncLifetime
{
    private PlayedCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await PlayedCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Job_WhosePodsSucceed_Completes()
    {
        await CreateAsync(Job("sleep 1; exit 0") with { Completions = 3, Parallelism = 2 });

        var job = await FinishedAsync();

        Assert.Equal(["SuccessCriteriaMet", "Complete"], job.Status.Conditions.Select(condition => condition.Type));
        Assert.All(job.Status.Conditions, condition => Assert.Equal(("CompletionsReached", "Reached expected number of succeeded pods"), (condition.Reason, condition.Message)));
        Assert.Equal((3, null, null, 0, 0), (job.Status.Succeeded, job.Status.Failed, job.Status.Active, job.Status.Ready, job.Status.Terminating));
        Assert.NotNull(job.Status.CompletionTime);
        Assert.NotNull(job.Status.UncountedTerminatedPods);
        Assert.All(await PodsAsync(), pod => Assert.Null(pod.Metadata.Finalizers));
        await _cluster.UntilEventAsync("Completed", "Job completed");
    }

    [Fact]
    public async Task Job_WhosePodsFail_FailsAfterItsLimit()
    {
        await CreateAsync(Job("sleep 1; exit 1") with { BackoffLimit = 1 });

        var job = await FinishedAsync();

        Assert.Equal(["FailureTarget", "Failed"], job.Status.Conditions.Select(condition => condition.Type));
        Assert.All(job.Status.Conditions, condition => Assert.Equal(("BackoffLimitExceeded", "Job has reached the specified backoff limit"), (condition.Reason, condition.Message)));
        Assert.Equal((null, 2), (job.Status.Succeeded, job.Status.Failed));
        Assert.Null(job.Status.CompletionTime);
        await _cluster.UntilEventAsync("BackoffLimitExceeded", "Job has reached the specified backoff limit");
    }

    [Fact]
    public async Task Job_OverItsDeadline_EndsItsPods()
    {
        await CreateAsync(Job("sleep 1000") with { ActiveDeadlineSeconds = 5 });

        var job = await FinishedAsync();

        Assert.Equal(("DeadlineExceeded", "Job was active longer than specified deadline"), (job.Status.Conditions[^1].Reason, job.Status.Conditions[^1].Message));
        Assert.Equal(1, job.Status.Failed);
    }

    [Fact]
    public async Task Job_ThatIsSuspended_RunsNothingUntilItIsResumed()
    {
        await CreateAsync(Job("exit 0") with { Suspend = true });
        var suspended = await _cluster.UntilAsync<V1Job>("j", job => job?.Status?.Conditions?.Any(condition => condition is { Type: "Suspended", Status: "True" }) == true);
        Assert.Null(suspended!.Status.StartTime);
        Assert.Empty(await PodsAsync());

        await _cluster.Client.UpdateAsync(suspended with { Spec = suspended.Spec with { Suspend = false } }, _cluster.Stop);

        var job = await FinishedAsync();
        Assert.Equal(["Suspended False JobResumed", "SuccessCriteriaMet True CompletionsReached", "Complete True CompletionsReached"], job.Status.Conditions.Select(condition => $"{condition.Type} {condition.Status} {condition.Reason}"));
        await _cluster.UntilEventAsync("Resumed", "Job resumed");
    }

    [Fact]
    public async Task IndexedJob_GivesEachPodItsNumber()
    {
        await CreateAsync(Job("sleep 1; exit 0") with { Completions = 3, Parallelism = 3, CompletionMode = "Indexed" });

        var job = await FinishedAsync();

        Assert.Equal("0-2", job.Status.CompletedIndexes);
        var pods = await PodsAsync();
        Assert.Equal(["j-0", "j-1", "j-2"], pods.Select(pod => pod.Spec.Hostname).Order(StringComparer.Ordinal));
        Assert.All(pods, pod => Assert.Equal(pod.Spec.Hostname[2..], pod.Metadata.Labels["batch.kubernetes.io/job-completion-index"]));
    }

    [Fact]
    public async Task FinishedJob_WithATimeToLive_GoesWithItsPods()
    {
        await CreateAsync(Job("exit 0") with { TtlSecondsAfterFinished = 30 });
        await FinishedAsync();

        await _cluster.UntilAsync<V1Job>("j", job => job is null);

        Assert.Empty(await PodsAsync());
    }

    [Fact]
    public async Task DeletedJob_LeavesItsPodsUnlessToldOtherwise()
    {
        await CreateAsync(Job("tool serve 1"));
        await _cluster.UntilAsync<V1Job>("j", job => job?.Status?.Ready == 1);

        using var response = await _cluster.Http.DeleteAsync("/apis/batch/v1/namespaces/default/jobs/j", _cluster.Stop);

        Assert.Equal(
            "299 - \"child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning\"",
            Assert.Single(response.Headers.GetValues("Warning")));
        await _cluster.UntilAsync<V1Job>("j", job => job is null);
        var pod = Assert.Single(await PodsAsync());
        await _cluster.UntilAsync<V1Pod>(pod.Metadata.Name, left => left is { Metadata: { Finalizers: null or { Count: 0 }, OwnerReferences: null or { Count: 0 } } });
    }

    private static V1JobSpec Job(string script) => new()
    {
        Template = new V1PodTemplateSpec
        {
            Spec = new V1PodSpec { RestartPolicy = "Never", TerminationGracePeriodSeconds = 1, Containers = [new V1Container { Name = "main", Image = "busybox:1.36", Command = ["sh", "-c", script] }] },
        },
    };

    private Task<V1Job> CreateAsync(V1JobSpec spec) => _cluster.Client.CreateAsync(
        new V1Job { ApiVersion = "batch/v1", Kind = "Job", Metadata = new V1ObjectMeta { Name = "j", NamespaceProperty = "default" }, Spec = spec }, _cluster.Stop);

    private async Task<V1Job> FinishedAsync() =>
        (await _cluster.UntilAsync<V1Job>("j", job => job?.Status?.Conditions?.Any(condition => condition is { Type: "Complete" or "Failed", Status: "True" }) == true))!;

    private async Task<IReadOnlyList<V1Pod>> PodsAsync() => (await _cluster.Client.ListAsync<V1Pod>("default", _cluster.Stop)).Items;
}
