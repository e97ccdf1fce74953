using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Tests.Metrics;

public sealed class MetricsApiTests(MeasuredCluster cluster) : IClassFixture<MeasuredCluster>
{
    private const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io";

    [Fact]
    public async Task Get_OfAPod_GivesItsLabelsAndWhatItsWholeProcessTreeUses()
    {
        var (_, pod) = await cluster.GetAsync("namespaces/default/pods/busy");

        Assert.Equal(("PodMetrics", "metrics.k8s.io/v1beta1", "busy"), ((string?)pod["kind"], (string?)pod["apiVersion"], (string?)pod["metadata"]!["name"]));
        Assert.Equal("busy", (string?)pod["metadata"]!["labels"]!["app"]);
        Assert.Matches(@"^\d+(\.\d+)?m?s$", (string?)pod["window"]);
        var container = Assert.Single(pod["containers"]!.AsArray())!;
        Assert.Equal("main", (string?)container["name"]);
        Assert.EndsWith("Ki", (string?)container["usage"]!["memory"], StringComparison.Ordinal);

        // Its main process only waits; the loop runs in a child. A sample may fall into a moment when others had the processor.
        var cpu = Quantity.Parse("0");
        while (cpu.Sign == 0)
        {
            cpu = Quantity.Parse((string)(await cluster.GetAsync("namespaces/default/pods/busy")).Body["containers"]![0]!["usage"]!["cpu"]!);
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    [Theory]
    [InlineData("namespaces/default/pods", 1)]
    [InlineData("pods", 1)]
    [InlineData("namespaces/default/pods?labelSelector=app%3Dbusy", 1)]
    [InlineData("namespaces/default/pods?labelSelector=app%3Dother", 0)]
    [InlineData("namespaces/default/pods?fieldSelector=metadata.name%3Dother", 0)]
    [InlineData("namespaces/kube-system/pods", 0)]
    [InlineData("nodes", 2)]
    [InlineData("nodes?labelSelector=kubernetes.io/hostname%3Dnode-1", 1)]
    public async Task List_WithOrWithoutASelector_GivesWhatMatches(string path, int count)
    {
        var (status, list) = await cluster.GetAsync(path);

        Assert.Equal(200, status);
        Assert.EndsWith("MetricsList", (string?)list["kind"], StringComparison.Ordinal);
        Assert.Equal(count, list["items"]!.AsArray().Count);
        Assert.All(list["items"]!.AsArray(), item => Assert.False(item!.AsObject().ContainsKey("kind")));
    }

    [Fact]
    public async Task Get_OfTheNode_GivesTheSumOfItsPods()
    {
        var (_, busy) = await cluster.GetAsync("nodes/" + cluster.Pod.Spec.NodeName);
        var (_, idle) = await cluster.GetAsync(cluster.Pod.Spec.NodeName == "node-0" ? "nodes/node-1" : "nodes/node-0");

        Assert.NotEqual("0", (string?)busy["usage"]!["memory"]);
        Assert.Equal(("0", "0"), ((string?)idle["usage"]!["cpu"], (string?)idle["usage"]!["memory"]));
    }

    [Theory]
    [InlineData("nodes", 2)]
    [InlineData("namespaces/default/pods", 1)]
    [InlineData("namespaces/default/pods/busy", 1)]
    public async Task Get_AsATable_HasTheColumnsOfMetricsServer(string path, int rows)
    {
        var (_, table) = await cluster.GetAsync(path, Table);

        Assert.Equal(["Name", "cpu", "memory", "Window"], table["columnDefinitions"]!.AsArray().Select(column => (string?)column!["name"]));
        Assert.Equal(rows, table["rows"]!.AsArray().Count);
        Assert.All(table["rows"]!.AsArray(), row => Assert.Equal(4, row!["cells"]!.AsArray().Count(cell => cell is JsonValue)));
    }

    [Theory]
    [InlineData("namespaces/default/pods?watch=true", 405)]
    [InlineData("namespaces/default/nodes", 404)]
    [InlineData("pods/busy", 404)]
    [InlineData("services", 404)]
    public async Task Get_OfWhatIsNotThere_IsRefused(string path, int status) => Assert.Equal(status, (await cluster.GetAsync(path)).Status);
}
