using k8s;
using k8s.Models;
using Scalelab.EndToEnd.Fixtures;

namespace Scalelab.EndToEnd;

/// <summary>Pods come and go while clients send requests all the time: none of these may fail.</summary>
[Collection(nameof(LbStack))]
public sealed class LoadTests(LbStack stack) : EndToEndTest(stack.Lab)
{
    private const string Deployment = "ml-kube-app";
    private const int Replicas = 5;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RollingUpdate_UnderLoad_FailsNoRequest(bool keepAlive)
    {
        using var client = stack.Lab.Connect();
        await using var load = LoadGenerator.Start(new Uri(stack.Url, "hello"), keepAlive);

        var before = (await PodsAsync(client)).Select(pod => pod.Uid()).ToHashSet();
        await PatchAsync(client, $$$"""{"spec": {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "{{{Guid.NewGuid()}}}" } } } } }""");
        await PodsAreAsync(client, Replicas, pod => !before.Contains(pod.Uid()));

        AssertNoneFailed(await load.StopAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ScaleDownAndUp_UnderLoad_FailsNoRequest(bool keepAlive)
    {
        using var client = stack.Lab.Connect();
        await using var load = LoadGenerator.Start(new Uri(stack.Url, "hello"), keepAlive);

        await PatchAsync(client, """{"spec":{"replicas":1}}""");
        await PodsAreAsync(client, 1, _ => true);
        await PatchAsync(client, $$"""{"spec": {"replicas": {{Replicas}} } }""");
        await PodsAreAsync(client, Replicas, _ => true);

        AssertNoneFailed(await load.StopAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Eviction_UnderLoad_FailsNoRequest(bool keepAlive)
    {
        using var client = stack.Lab.Connect();
        await using var load = LoadGenerator.Start(new Uri(stack.Url, "hello"), keepAlive);

        var evicted = (await PodsAsync(client)).Take(3).ToList();
        foreach (var pod in evicted)
        {
            var eviction = new V1Eviction { Metadata = new V1ObjectMeta { Name = pod.Name(), NamespaceProperty = stack.Name } };
            await client.CoreV1.CreateNamespacedPodEvictionAsync(eviction, pod.Name(), stack.Name, cancellationToken: Stop);
        }

        await PodsAreAsync(client, Replicas, pod => evicted.TrueForAll(one => one.Uid() != pod.Uid()));

        AssertNoneFailed(await load.StopAsync());
    }

    private static void AssertNoneFailed((int Succeeded, string Failed) outcome)
    {
        Assert.Equal("", outcome.Failed);
        Assert.NotEqual(0, outcome.Succeeded);
        TestContext.Current.TestOutputHelper?.WriteLine($"{outcome.Succeeded} requests, all answered with 200");
    }

    private async Task<IList<V1Pod>> PodsAsync(IKubernetes client) =>
        (await client.CoreV1.ListNamespacedPodAsync(stack.Name, labelSelector: $"app={Deployment}", cancellationToken: Stop)).Items;

    /// <summary>Waits until there are so many pods, none of them ending, all ready and as they should be.</summary>
    private async Task PodsAreAsync(IKubernetes client, int count, Func<V1Pod, bool> wanted)
    {
        await Eventually.HoldsAsync($"{count} ready pods", async _ =>
        {
            var pods = await PodsAsync(client);
            return pods.Count == count
                && pods.All(pod => pod.Metadata.DeletionTimestamp is null && wanted(pod) && pod.Status.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true);
        });
    }

    private async Task PatchAsync(IKubernetes client, string patch) =>
        await client.AppsV1.PatchNamespacedDeploymentAsync(new V1Patch(patch, V1Patch.PatchType.MergePatch), Deployment, stack.Name, cancellationToken: Stop);
}
