using k8s.Models;
using Scalelab.Cluster.Tests.Lifecycles;

namespace Scalelab.Cluster.Tests.Controllers.CronJobs;

/// <summary>Cron jobs on a node with played processes.</summary>
public sealed class CronJobControllerTests : IAsyncLifetime
{
    private PlayedCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await PlayedCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task CronJob_ThatIsDue_MakesAJobAndRemembersIt()
    {
        await CreateAsync("sleep 1; exit 0", _ => { });

        var cron = await _cluster.UntilAsync<V1CronJob>("c", cron => cron?.Status?.LastSuccessfulTime is not null);

        Assert.Equal(0, cron!.Status.LastScheduleTime!.Value.Second);
        var job = Assert.Single((await _cluster.Client.ListAsync<V1Job>("default", _cluster.Stop)).Items);
        Assert.Equal($"c-{new DateTimeOffset(cron.Status.LastScheduleTime.Value).ToUnixTimeSeconds() / 60}", job.Metadata.Name);
        Assert.Equal($"{cron.Status.LastScheduleTime:yyyy-MM-ddTHH:mm:ssZ}", job.Metadata.Annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"]);
        await _cluster.UntilEventAsync("SuccessfulCreate", $"Created job {job.Metadata.Name}");
        await _cluster.UntilEventAsync("SawCompletedJob", $"Saw completed job: {job.Metadata.Name}, condition: Complete");
    }

    [Fact]
    public async Task CronJob_WithAHistory_KeepsSoManyJobs()
    {
        await CreateAsync("exit 0", cron => cron.Spec.SuccessfulJobsHistoryLimit = 1);
        var first = await _cluster.UntilAsync<V1CronJob>("c", cron => cron?.Status?.LastSuccessfulTime is not null);

        await _cluster.UntilAsync<V1CronJob>("c", cron => cron!.Status.LastSuccessfulTime > first!.Status.LastSuccessfulTime);

        await _cluster.UntilEventAsync("SuccessfulDelete", $"Deleted job c-{new DateTimeOffset(first!.Status.LastScheduleTime!.Value).ToUnixTimeSeconds() / 60}");
    }

    [Fact]
    public async Task CronJob_ThatForbidsConcurrency_WaitsForTheRunningJob()
    {
        await CreateAsync("sleep 1000", cron => cron.Spec.ConcurrencyPolicy = "Forbid");

        await _cluster.UntilEventAsync("JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid");

        Assert.Single((await _cluster.Client.ListAsync<V1Job>("default", _cluster.Stop)).Items);
    }

    private Task<V1CronJob> CreateAsync(string script, Action<V1CronJob> change)
    {
        var pod = new V1PodSpec { RestartPolicy = "Never", TerminationGracePeriodSeconds = 1, Containers = [new V1Container { Name = "main", Image = "busybox:1.36", Command = ["sh", "-c", script] }] };
        var cron = new V1CronJob
        {
            ApiVersion = "batch/v1",
            Kind = "CronJob",
            Metadata = new V1ObjectMeta { Name = "c", NamespaceProperty = "default" },
            Spec = new V1CronJobSpec { Schedule = "* * * * *", JobTemplate = new V1JobTemplateSpec { Spec = new V1JobSpec { Template = new V1PodTemplateSpec { Spec = pod } } } },
        };
        change(cron);
        return _cluster.Client.CreateAsync(cron, _cluster.Stop);
    }
}
