using k8s;
using k8s.Models;
using Scalelab.EndToEnd.Fixtures;

namespace Scalelab.EndToEnd;

/// <summary>The exercise <c>lb</c>: five replicas behind one address.</summary>
[Collection(nameof(LbStack))]
public sealed class LoadBalancingTests(LbStack stack) : EndToEndTest(stack.Lab)
{
    private const int Replicas = 5;

    [Fact]
    public async Task Service_TwentyConnections_ReachFivePodsFourTimesEach()
    {
        var answers = new List<string>();
        for (var connection = 0; connection < 4 * Replicas; connection++)
        {
            answers.Add(await AskOverANewConnectionAsync(new Uri(stack.Url, "hello")));
        }

        Assert.All(answers, answer => Assert.Matches("^hello user from ml-kube-app-", answer));
        Assert.Equal(Enumerable.Repeat(4, Replicas), answers.CountBy(answer => answer).Select(pair => pair.Value));
    }

    [Fact]
    public async Task Service_NodePort_LeadsToTheSamePods() =>
        Assert.StartsWith("hello user from ml-kube-app-", await AskOverANewConnectionAsync(new Uri($"http://127.0.0.1:{Lab.NodePort}/hello")), StringComparison.Ordinal);

    [Fact]
    public async Task Url_LoadBalancer_IsItsAddressAndPort()
    {
        using var client = Lab.Connect();
        var service = await client.CoreV1.ReadNamespacedServiceAsync("ml-kube-service", stack.Name, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal($"http://{service.Status.LoadBalancer.Ingress[0].Ip}:8080/", stack.Url.AbsoluteUri);
    }

    [Fact]
    public async Task Pods_FiveReplicas_RunOnThreeNodes()
    {
        var lines = (await Lab.KubectlAsync("get", "pods", "--namespace", stack.Name, "--output", "wide", "--no-headers")).Succeeded().Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToList();

        Assert.Equal(Replicas, lines.Count);
        Assert.All(lines, columns => Assert.Equal(["1/1", "Running"], columns[1..3]));
        Assert.Equal(["node-0", "node-1", "node-2"], lines.SelectMany(columns => columns).Where(column => column.StartsWith("node-", StringComparison.Ordinal)).Distinct().Order());
    }

    [Fact]
    public async Task Service_PodThatIsDeleted_LosesNoRequest()
    {
        using var client = Lab.Connect();
        var cancellationToken = TestContext.Current.CancellationToken;
        var victim = (await client.CoreV1.ListNamespacedPodAsync(stack.Name, cancellationToken: cancellationToken)).Items[0];
        await client.CoreV1.DeleteNamespacedPodAsync(victim.Name(), stack.Name, cancellationToken: cancellationToken);

        await Eventually.HoldsAsync("five ready pods without the deleted one", async token =>
        {
            // Every one of these must be answered while the pod goes and the next one comes.
            await AskOverANewConnectionAsync(new Uri(stack.Url, "hello"));
            var pods = (await client.CoreV1.ListNamespacedPodAsync(stack.Name, cancellationToken: token)).Items;
            return pods.Count == Replicas && pods.All(pod => pod.Uid() != victim.Uid() && pod.Status.ContainerStatuses?.All(status => status.Ready) == true);
        });
    }

    private static async Task<string> AskOverANewConnectionAsync(Uri url)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(url, TestContext.Current.CancellationToken);
    }
}
