using Microsoft.Extensions.Logging.Abstractions;
using Scalelab.Cluster.Node.Limits;

namespace Scalelab.Cluster.Tests.Node.Limits;

/// <summary>Which groups are made and what is written into them, in a folder that stands for the kernel's.</summary>
public sealed class CgroupsTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Open_DelegatedGroup_GoesAboveTheOneWithProcesses()
    {
        MakeGroup("user", controllers: "cpu memory", passes: "cpu memory");
        MakeGroup("user/session", controllers: "cpu memory", passes: "");
        MakeReadOnly("user/session/cgroup.subtree_control");
        MakeGroup("user/ours", controllers: "cpu memory", passes: "cpu memory");

        var cgroups = Cgroups.Open(new CgroupMounts(new CgroupPlace(_temp.Path, _temp.Path + "/user/session"), new Dictionary<string, CgroupPlace>()), "ours", NullLogger.Instance);

        Assert.Null(cgroups.Unenforced);
    }

    [Fact]
    public void Open_NoControllers_SaysWhatIsNotEnforced()
    {
        MakeGroup("user", controllers: "pids", passes: "pids");

        var cgroups = Cgroups.Open(new CgroupMounts(new CgroupPlace(_temp.Path + "/user", _temp.Path + "/user"), new Dictionary<string, CgroupPlace>()), "ours", NullLogger.Instance);

        Assert.StartsWith("CPU and memory limits of containers are not enforced: no group above ", cgroups.Unenforced, StringComparison.Ordinal);
        cgroups.Create("id", new ResourceLimits(1000, null, 1 << 20)).Add(1);
    }

    [Fact]
    public void Open_MemoryOnly_SaysThatCpuIsNotEnforced()
    {
        var cgroups = Cgroups.Open(
            new CgroupMounts(null, new Dictionary<string, CgroupPlace> { ["memory"] = new(_temp.Path, _temp.Path) }), "ours", NullLogger.Instance);

        Assert.Equal("CPU limits of containers are not enforced: the system has no control groups.", cgroups.Unenforced);
    }

    [Fact]
    public void Create_Limits_WritesThemAndTheProcess()
    {
        var cgroups = Separate();
        MakeFiles("cpu/ours/id", "cpu.cfs_period_us", "cpu.cfs_quota_us", "cpu.shares", "cgroup.procs");
        MakeFiles("memory/ours/id", "memory.limit_in_bytes", "cgroup.procs");

        cgroups.Create("id", new ResourceLimits(500, 100, 1 << 20)).Add(42);

        Assert.Equal("50000", Read("cpu/ours/id/cpu.cfs_quota_us"));
        Assert.Equal("102", Read("cpu/ours/id/cpu.shares"));
        Assert.Equal("1048576", Read("memory/ours/id/memory.limit_in_bytes"));
        Assert.Equal("42", Read("cpu/ours/id/cgroup.procs"));
        Assert.Equal("42", Read("memory/ours/id/cgroup.procs"));
    }

    [Fact]
    public void Create_LimitThatTheKernelDoesNotKnow_IsAnErrorWithTheFilesName()
    {
        var error = Assert.Throws<IOException>(() => Separate().Create("id", new ResourceLimits(500, null, null)));

        Assert.Contains("failed to write \"100000\" to ", error.Message, StringComparison.Ordinal);
        Assert.Contains("cpu.cfs_period_us", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RanOutOfMemory_CountOfKills_Decides()
    {
        var group = Separate().Find("id");
        Assert.False(group.RanOutOfMemory());
        MakeFiles("memory/ours/id", "memory.oom_control");

        File.WriteAllText(_temp.Path + "/memory/ours/id/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");

        Assert.True(group.RanOutOfMemory());
    }

    private Cgroups Separate() => Cgroups.Open(
        new CgroupMounts(null, new Dictionary<string, CgroupPlace>
        {
            ["cpu"] = new(_temp.Path + "/cpu", _temp.Path + "/cpu"),
            ["memory"] = new(_temp.Path + "/memory", _temp.Path + "/memory"),
        }),
        "ours",
        NullLogger.Instance);

    private void MakeGroup(string path, string controllers, string passes)
    {
        Directory.CreateDirectory($"{_temp.Path}/{path}");
        File.WriteAllText($"{_temp.Path}/{path}/cgroup.controllers", controllers + "\n");
        File.WriteAllText($"{_temp.Path}/{path}/cgroup.subtree_control", passes + "\n");
    }

    /// <summary>Even for root: a folder cannot be written to.</summary>
    private void MakeReadOnly(string file)
    {
        File.Delete($"{_temp.Path}/{file}");
        Directory.CreateDirectory($"{_temp.Path}/{file}");
    }

    private void MakeFiles(string folder, params string[] files)
    {
        Directory.CreateDirectory($"{_temp.Path}/{folder}");
        foreach (var file in files)
        {
            File.WriteAllText($"{_temp.Path}/{folder}/{file}", "");
        }
    }

    private string Read(string file) => File.ReadAllText($"{_temp.Path}/{file}");
}
