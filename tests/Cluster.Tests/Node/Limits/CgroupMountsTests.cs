using Scalelab.Cluster.Node.Limits;

namespace Scalelab.Cluster.Tests.Node.Limits;

public sealed class CgroupMountsTests
{
    [Fact]
    public void Parse_VersionTwo_FindsTheOwnGroup()
    {
        var mounts = CgroupMounts.Parse(
            "30 23 0:27 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n",
            "0::/user.slice/user-1000.slice/user@1000.service/app.slice/term.scope\n");

        Assert.Equal(new CgroupPlace("/sys/fs/cgroup", "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/term.scope"), mounts.Unified);
        Assert.Empty(mounts.Separate);
    }

    [Fact]
    public void Parse_BothVersions_GivesEachControllerItsOwn()
    {
        var mounts = CgroupMounts.Parse(
            """
            32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
            35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
            """,
            "4:memory:/a/b\n2:cpu,cpuacct:/\n1:name=systemd:/\n0::/\n");

        Assert.Equal(new CgroupPlace("/sys/fs/cgroup/unified", "/sys/fs/cgroup/unified"), mounts.Unified);
        Assert.Equal("/sys/fs/cgroup/memory/a/b", mounts.Separate["memory"].Own);
        Assert.Equal("/sys/fs/cgroup/cpu,cpuacct", mounts.Separate["cpu"].Own);
    }

    [Fact]
    public void Parse_PartOfTheHierarchyMounted_CountsFromThere()
    {
        var mounts = CgroupMounts.Parse("35 31 0:32 /docker/1 /sys/fs/cgroup/memory ro,relatime - cgroup cgroup rw,memory\n", "4:memory:/docker/1/inner\n");

        Assert.Equal("/sys/fs/cgroup/memory/inner", mounts.Separate["memory"].Own);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("what is this\n- - -\n", "nothing\n:\n")]
    public void Parse_Nonsense_FindsNothing(string mounts, string groups)
    {
        var parsed = CgroupMounts.Parse(mounts, groups);

        Assert.Null(parsed.Unified);
        Assert.Empty(parsed.Separate);
    }
}
