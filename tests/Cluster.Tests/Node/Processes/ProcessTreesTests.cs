using System.Globalization;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Tests.Node.Processes;

public sealed class ProcessTreesTests : IDisposable
{
    private readonly TempFolder _proc = new();

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void Read_OfSeveralContainers_CountsEachOnesSessionAndDescendants()
    {
        Process(1, parent: 0, session: 1, ticks: 9999);
        Process(10, parent: 1, session: 10, ticks: 100, pages: 3);
        Process(11, parent: 10, session: 10, ticks: 50, pages: 2);
        Process(12, parent: 11, session: 12, ticks: 25, pages: 1);
        Process(20, parent: 1, session: 20, ticks: 7, pages: 4);
        Process(30, parent: 1, session: 30, ticks: 5000);

        var usages = Trees().Read(new Dictionary<string, int> { ["a"] = 10, ["b"] = 20 });

        Assert.Equal(new ProcessUsage(TimeSpan.FromSeconds(1.75), 6L * Environment.SystemPageSize), usages["a"]);
        Assert.Equal(new ProcessUsage(TimeSpan.FromSeconds(0.07), 4L * Environment.SystemPageSize), usages["b"]);
    }

    [Fact]
    public void Read_AfterAProcessHasGone_KeepsItsTime()
    {
        var trees = Trees();
        var containers = new Dictionary<string, int> { ["a"] = 10 };
        Process(10, parent: 1, session: 10, ticks: 100);
        Process(11, parent: 10, session: 10, ticks: 400);
        trees.Read(containers);

        Directory.Delete(Path.Combine(_proc.Path, "11"), recursive: true);
        Process(10, parent: 1, session: 10, ticks: 110);
        var after = trees.Read(containers)["a"].Cpu;
        Process(10, parent: 1, session: 10, ticks: 160);
        var later = trees.Read(containers)["a"].Cpu;

        Assert.Equal((5.0, 5.5), (after.TotalSeconds, later.TotalSeconds));
    }

    [Fact]
    public void Read_OfAContainerWhoseProcessIsGone_LeavesItOut()
    {
        Process(10, parent: 1, session: 10, ticks: 1);

        Assert.Equal(["a"], Trees().Read(new Dictionary<string, int> { ["a"] = 10, ["b"] = 20 }).Keys);
    }

    [Fact]
    public void Read_OfAProcessNameWithBracketsAndBlanks_FindsTheFields()
    {
        Process(10, parent: 1, session: 10, ticks: 300, name: "a) b (c 1 2 3");

        Assert.Equal(TimeSpan.FromSeconds(3), Trees().Read(new Dictionary<string, int> { ["a"] = 10 })["a"].Cpu);
    }

    [Fact]
    public void Read_OfAParentThatDescendsFromItself_Ends()
    {
        Process(10, parent: 1, session: 10, ticks: 1);
        Process(40, parent: 41, session: 40, ticks: 1);
        Process(41, parent: 40, session: 40, ticks: 1);

        Assert.Single(Trees().Read(new Dictionary<string, int> { ["a"] = 10 }));
    }

    private ProcessTrees Trees() => new(_proc.Path);

    private void Process(int id, int parent, int session, int ticks, int pages = 1, string name = "server")
    {
        var folder = Directory.CreateDirectory(Path.Combine(_proc.Path, id.ToString(CultureInfo.InvariantCulture)));
        var stat = string.Create(
            CultureInfo.InvariantCulture,
            $"{id} ({name}) S {parent} {id} {session} 0 -1 4194304 1 2 3 4 {ticks / 2} {ticks - (ticks / 2)} 0 0 20 0 9 0 12345 999999 {pages} 18446744073709551615 1 1 0\n");
        File.WriteAllText(Path.Combine(folder.FullName, "stat"), stat);
    }
}
