using System.Text.RegularExpressions;
using k8s;
using Scalelab.EndToEnd.Fixtures;

namespace Scalelab.EndToEnd;

/// <summary>The exercise <c>hpa</c>: as many replicas as the load needs, with an autoscaler that is hurried (see <see cref="Lab"/>).</summary>
[Collection(nameof(HpaStack))]
public sealed partial class AutoscalingTests(HpaStack stack) : EndToEndTest(stack.Lab)
{
    private const string Deployment = "ml-kube-app";
    private const int Least = 1;
    private const int Most = 5;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Load_OnOneReplica_RaisesFiveAndLeavesOneWithoutFailingARequest()
    {
        using var client = stack.Lab.Connect();
        await ReplicasAreAsync(client, Least);

        await using var load = LoadGenerator.Start(new Uri(stack.Url, "test"), keepAlive: false);
        await ReplicasAreAsync(client, Most);

        // The program declares no replicas, so what the autoscaler did is no difference to what it declares.
        (await Lab.RunAsync("preview", stack.Name, "--expect-no-changes")).Succeeded();
        (await Lab.RunAsync("up", stack.Name)).Succeeded();
        await ReplicasAreAsync(client, Most);
        await KubectlShowsAsync(["top", "pods", "--no-headers"], output => Lines().Count(output) == Most);
        await KubectlShowsAsync(["get", "hpa"], output => Regex.IsMatch(output, @"ml-kube-app +Deployment/ml-kube-app +cpu: \d+%/50% +1 +5 +5 "));

        var (succeeded, failed) = await load.StopAsync();
        Assert.Equal("", failed);
        Assert.NotEqual(0, succeeded);
        await ReplicasAreAsync(client, Least);

        var events = (await client.CoreV1.ListNamespacedEventAsync(stack.Name, cancellationToken: Stop)).Items
            .Where(one => one is { InvolvedObject.Kind: "HorizontalPodAutoscaler", Reason: "SuccessfulRescale" }).Select(one => one.Message).ToList();
        Assert.Contains($"New size: {Most}; reason: cpu resource utilization (percentage of request) above target", events);
        Assert.Contains($"New size: {Least}; reason: All metrics below target", events);
    }

    [Fact]
    public async Task Top_Nodes_ShowsThree() =>
        Assert.Equal(3, Regex.Count((await Lab.KubectlAsync("top", "nodes", "--no-headers")).Succeeded().Output, @"(?m)^node-[0-2] +\d+m +\d+% +\d+Mi +\d+%"));

    /// <summary>Waits until the Deployment asks for so many and has them.</summary>
    private Task ReplicasAreAsync(IKubernetes client, int count) => Eventually.HoldsAsync(
        $"{count} replicas",
        async _ =>
        {
            var deployment = await client.AppsV1.ReadNamespacedDeploymentAsync(Deployment, stack.Name, cancellationToken: Stop);
            return deployment.Spec.Replicas == count && deployment.Status.Replicas == count && deployment.Status.ReadyReplicas == count;
        },
        Deadline.Deployment);

    /// <summary>Waits until kubectl prints what is expected: what is measured of a new replica, and what the autoscaler says, come a period later.</summary>
    private async Task KubectlShowsAsync(string[] arguments, Predicate<string> isExpected)
    {
        var output = "";
        try
        {
            await Eventually.HoldsAsync(
                string.Join(' ', arguments),
                async _ => isExpected(output = (await Lab.KubectlAsync([.. arguments, "--namespace", stack.Name])).Succeeded().Output));
        }
        catch (TimeoutException)
        {
            Assert.Fail($"kubectl {string.Join(' ', arguments)} went on printing:\n{output}");
        }
    }

    [GeneratedRegex(@"(?m)^ml-kube-app-\S+ +\d+m +\d+Mi")]
    private static partial Regex Lines();
}
