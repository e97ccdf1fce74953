using Scalelab.Cluster.Controllers;
using Scalelab.Cluster.Metrics;

namespace Scalelab.Cluster.Tests.Metrics;

public sealed class UsageStoreTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly PodReference Pod = new(new ObjectKey("ns", "pod"), "uid", "node-0");

    private readonly UsageStore _store = new(TimeSpan.FromSeconds(15));

    [Fact]
    public void Add_OfTwoSamples_GivesTheCpuBetweenThem()
    {
        _store.Add([Reading(cpu: 10)], Start);
        _store.Add([Reading(cpu: 13, memory: 2048)], Start.AddSeconds(15));

        var usage = _store.Find(Pod.Key)!;

        Assert.Equal((Start.AddSeconds(15), TimeSpan.FromSeconds(15)), (usage.Timestamp, usage.Window));
        Assert.Equal([new ContainerUsage("main", 200_000_000, 2048)], usage.Containers);
        Assert.Equal(200, usage.Containers[0].MilliCores);
    }

    [Fact]
    public void Add_OfOneSampleOfAnOldContainer_GivesNothing()
    {
        _store.Add([Reading(cpu: 10)], Start);

        Assert.Null(_store.Find(Pod.Key));
        Assert.Null(_store.OfNode("node-0"));
    }

    [Theory]
    [InlineData(9, null)]
    [InlineData(10, 10.0)]
    [InlineData(14, 14.0)]
    [InlineData(15, null)]
    public void Add_OfAFreshContainer_CountsItFromItsStart(int age, double? window)
    {
        _store.Add([Reading(cpu: 1, age: age)], Start);

        Assert.Equal(window, _store.Find(Pod.Key)?.Window.TotalSeconds);
    }

    [Fact]
    public void Add_AfterARestart_DoesNotMixTheTwoRuns()
    {
        _store.Add([Reading(cpu: 100)], Start);
        _store.Add([Reading(cpu: 1, id: "second", age: 5)], Start.AddSeconds(15));

        Assert.Null(_store.Find(Pod.Key));
    }

    [Fact]
    public void Add_WithOneContainerNotYetMeasured_LeavesThePodOut()
    {
        _store.Add([Reading(cpu: 10)], Start);
        _store.Add([Reading(cpu: 11), Reading(cpu: 0, id: "other", container: "sidecar", age: 2)], Start.AddSeconds(15));
        var early = _store.Find(Pod.Key);
        _store.Add([Reading(cpu: 12), Reading(cpu: 3, id: "other", container: "sidecar", age: 17)], Start.AddSeconds(30));

        Assert.Null(early);
        Assert.Equal([66_666_666, 200_000_000], _store.Find(Pod.Key)!.Containers.Select(container => container.NanoCores));
    }

    [Fact]
    public void Add_WithoutAPodThatWasThere_ForgetsIt()
    {
        _store.Add([Reading(cpu: 10)], Start);
        _store.Add([Reading(cpu: 11)], Start.AddSeconds(15));
        _store.Add([], Start.AddSeconds(30));

        Assert.Null(_store.Find(Pod.Key));
        Assert.Empty(_store.InNamespace("ns"));
    }

    [Fact]
    public void OfNode_WithPodsOnSeveralNodes_SumsItsOwn()
    {
        var other = new PodReference(new ObjectKey("ns", "other"), "other", "node-1");
        ContainerReading[] first = [Reading(cpu: 10), Reading(cpu: 10) with { Id = "two", Pod = other }];
        ContainerReading[] second = [Reading(cpu: 13, memory: 100), Reading(cpu: 40, memory: 7) with { Id = "two", Pod = other }];
        _store.Add(first, Start);
        _store.Add(second, Start.AddSeconds(15));

        Assert.Equal(new NodeUsage(Start.AddSeconds(15), TimeSpan.FromSeconds(15), 200_000_000, 100), _store.OfNode("node-0"));
        Assert.Equal(2_000_000_000, _store.OfNode("node-1")!.NanoCores);
        Assert.Equal(0, _store.OfNode("node-2")!.NanoCores);
    }

    private static ContainerReading Reading(double cpu, string id = "first", string container = "main", double age = 3600, long memory = 1024) =>
        new(Pod, container, id, Start.AddSeconds(-age), TimeSpan.FromSeconds(cpu), memory);
}
