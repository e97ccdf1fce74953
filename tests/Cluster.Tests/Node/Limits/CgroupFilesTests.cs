using k8s.Models;
using Scalelab.Cluster.Node.Limits;

namespace Scalelab.Cluster.Tests.Node.Limits;

public sealed class CgroupFilesTests
{
    [Theory]
    [InlineData(1, null, null, "cpu.shares=2")]
    [InlineData(1, "200m", null, "cpu.shares=204")]
    [InlineData(1, "200m", "1", "cpu.cfs_period_us=100000 cpu.cfs_quota_us=100000 cpu.shares=204")]
    [InlineData(1, null, "500m", "cpu.cfs_period_us=100000 cpu.cfs_quota_us=50000 cpu.shares=512")]
    [InlineData(1, null, "1m", "cpu.cfs_period_us=100000 cpu.cfs_quota_us=1000 cpu.shares=2")]
    [InlineData(2, null, null, "cpu.weight=1")]
    [InlineData(2, "1", "2", "cpu.max=200000 100000 cpu.weight=39")]
    [InlineData(2, "1000", null, "cpu.weight=10000")]
    public void Cpu_RequestAndLimit_AreWrittenAsKubeletWritesThem(int version, string? request, string? limit, string files) =>
        Assert.Equal(files, Print(CgroupFiles.ForCpu(version, Limits("cpu", request, limit))));

    [Theory]
    [InlineData(1, null, "")]
    [InlineData(1, "64Mi", "memory.limit_in_bytes=67108864 memory.memsw.limit_in_bytes=67108864")]
    [InlineData(2, "64Mi", "memory.max=67108864 memory.swap.max=0 memory.oom.group=1")]
    [InlineData(2, "1.5", "memory.max=2 memory.swap.max=0 memory.oom.group=1")]
    public void Memory_Limit_LeavesNoWayOutIntoSwap(int version, string? limit, string files) =>
        Assert.Equal(files, Print(CgroupFiles.ForMemory(version, Limits("memory", null, limit))));

    [Theory]
    [InlineData("low 0\nhigh 0\nmax 7\noom 1\noom_kill 1\noom_group_kill 0\n", 1)]
    [InlineData("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n", 3)]
    [InlineData("oom_kill_disable 0\nunder_oom 0\n", 0)]
    public void OutOfMemoryKills_OfBothVersions_AreCounted(string content, int count) => Assert.Equal(count, CgroupFiles.OutOfMemoryKills(content));

    private static string Print(IEnumerable<CgroupFiles.Entry> entries) => string.Join(' ', entries.Select(entry => $"{entry.File}={entry.Value}"));

    private static ResourceLimits Limits(string resource, string? request, string? limit) => ResourceLimits.Of(new V1Container
    {
        Name = "main",
        Resources = new V1ResourceRequirements
        {
            Requests = request is null ? null : new Dictionary<string, ResourceQuantity> { [resource] = new(request) },
            Limits = limit is null ? null : new Dictionary<string, ResourceQuantity> { [resource] = new(limit) },
        },
    });
}
