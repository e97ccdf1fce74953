using System.Diagnostics;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Scalelab.EndToEnd.Fixtures;

namespace Scalelab.EndToEnd;

/// <summary>The daemon dies without a word, and the next one goes on.</summary>
[Collection(nameof(LbStack))]
public sealed class DurabilityTests(LbStack stack) : EndToEndTest(stack.Lab)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KillDaemon_PodsThatRun_GoOnUntouched()
    {
        Assert.SkipUnless(PodProcesses.CanBeFound, "Finding a pod's process needs Linux.");
        var before = await ReadyPodsAsync();
        var processes = before.ToDictionary(pod => pod.Uid(), ProcessesOf);

        await KillDaemonAsync();
        Assert.All(before, pod => Assert.Equal(processes[pod.Uid()], ProcessesOf(pod)));
        await StartDaemonAsync();

        var after = await ReadyPodsAsync();
        Assert.Equal(before.Select(Identity).Order(), after.Select(Identity).Order());
        Assert.All(after, pod => Assert.Equal(processes[pod.Uid()], ProcessesOf(pod)));
        Assert.StartsWith("hello user from ", await AskAsync(), StringComparison.Ordinal);
        using var client = Lab.Connect();
        using var log = new StreamReader(await client.CoreV1.ReadNamespacedPodLogAsync(after[0].Name(), stack.Name, cancellationToken: Stop));
        Assert.NotEmpty(await log.ReadToEndAsync(Stop));
    }

    [Fact]
    public async Task KillDaemon_PodWhoseProcessEndedMeanwhile_IsStartedAgain()
    {
        Assert.SkipUnless(PodProcesses.CanBeFound, "Finding a pod's process needs Linux.");
        var before = await ReadyPodsAsync();
        var victim = before[0];

        await KillDaemonAsync();
        foreach (var process in ProcessesOf(victim))
        {
            Process.GetProcessById(process).Kill();
        }

        await StartDaemonAsync();

        var after = await ReadyPodsAsync(pod => pod.Uid() != victim.Uid() || pod.Status.ContainerStatuses[0].RestartCount > victim.Status.ContainerStatuses[0].RestartCount);
        Assert.Equal(
            before.Where(pod => pod.Uid() != victim.Uid()).Select(Identity).Order(), after.Where(pod => pod.Uid() != victim.Uid()).Select(Identity).Order());
    }

    [Fact]
    public async Task KillDaemon_WhilePodsEnd_LeavesNoProcessOfThem()
    {
        Assert.SkipUnless(PodProcesses.CanBeFound, "Finding a pod's process needs Linux.");
        var before = await ReadyPodsAsync();
        using (var client = Lab.Connect())
        {
            await client.CoreV1.DeleteCollectionNamespacedPodAsync(stack.Name, cancellationToken: Stop);
        }

        await KillDaemonAsync();
        await StartDaemonAsync();

        await ReadyPodsAsync(pod => before.TrueForAll(one => one.Uid() != pod.Uid()));
        Assert.All(before, pod => Assert.Empty(ProcessesOf(pod)));
    }

    /// <summary>What must not change about a pod that goes on.</summary>
    private static string Identity(V1Pod pod) => $"{pod.Uid()} {pod.Status.PodIP} {pod.Status.ContainerStatuses[0].ContainerID} {pod.Status.ContainerStatuses[0].RestartCount}";

    private IReadOnlyList<int> ProcessesOf(V1Pod pod) => PodProcesses.Of(pod.Name(), Lab.Home);

    private async Task<List<V1Pod>> ReadyPodsAsync(Func<V1Pod, bool>? wanted = null)
    {
        using var client = Lab.Connect();
        return await Eventually.FindsAsync("five ready pods", async token =>
        {
            var pods = (await client.CoreV1.ListNamespacedPodAsync(stack.Name, cancellationToken: token)).Items.ToList();
            var ready = pods.TrueForAll(pod => pod.Metadata.DeletionTimestamp is null && wanted?.Invoke(pod) != false
                && pod.Status.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true);
            return pods.Count == 5 && ready ? pods : null;
        });
    }

    private async Task<string> AskAsync()
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri($"http://127.0.0.1:{Lab.NodePort}/hello"), Stop);
    }

    private async Task KillDaemonAsync()
    {
        using var daemon = Process.GetProcessById((int)Record()["pid"]!);
        daemon.Kill();
        await daemon.WaitForExitAsync(Stop);
    }

    /// <summary>On the same ports: what is deployed names the registry's.</summary>
    private Task StartDaemonAsync()
    {
        var (registry, api) = ((string)Record()["registry"]!, new Uri((string)Record()["api"]!));
        return Lab.StartDaemonAsync(new Uri($"http://{registry}").Port, api.Port);
    }

    private JsonNode Record() => JsonNode.Parse(File.ReadAllText(Path.Combine(Lab.Home, "daemon.json")))!;
}
