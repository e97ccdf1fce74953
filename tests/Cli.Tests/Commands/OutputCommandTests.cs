namespace Scalelab.Cli.Tests.Commands;

public sealed class OutputCommandTests
{
    private const string State = """
        {
          "version": 3,
          "deployment": {
            "manifest": { "time": "2026-01-01T00:00:00Z", "magic": "", "version": "" },
            "resources": [
              {
                "urn": "urn:pulumi:pod::scalelab::pulumi:pulumi:Stack::scalelab-pod",
                "custom": false,
                "type": "pulumi:pulumi:Stack",
                "outputs": { "url": "http://127.0.0.1:32000/", "replicas": 5 }
              }
            ]
          }
        }
        """;

    [Fact]
    public async Task Output_OfOneName_IsTheBareValue()
    {
        await using var lab = Deployed();

        Assert.Equal((ExitCode.Success, "http://127.0.0.1:32000/\n", ""), await lab.RunAsync("output", "pod", "url"));
    }

    [Fact]
    public async Task Output_OfAll_IsAlignedOrJson()
    {
        await using var lab = Deployed();

        Assert.Equal("replicas  5\nurl       http://127.0.0.1:32000/\n", (await lab.RunAsync("output", "pod")).Output);
        Assert.Equal("{\n  \"replicas\": 5,\n  \"url\": \"http://127.0.0.1:32000/\"\n}\n", (await lab.RunAsync("output", "pod", "--json")).Output);
    }

    [Fact]
    public async Task Output_OfAnUnknownName_ListsTheKnownOnes()
    {
        await using var lab = Deployed();

        var (code, _, error) = await lab.RunAsync("output", "pod", "uri");

        Assert.Equal((ExitCode.Failed, "error: Stack 'pod' has no output 'uri'. It has: replicas, url.\n"), (code, error));
    }

    [Fact]
    public async Task Output_OfAStackThatIsNotDeployed_SaysHowToDeployIt()
    {
        await using var lab = new TestLab();

        var (code, _, error) = await lab.RunAsync("output", "pod");

        Assert.Equal((ExitCode.Failed, "error: Stack 'pod' is not deployed. Run 'lab up pod' first.\n"), (code, error));
    }

    [Fact]
    public async Task Output_FromACorruptState_NamesTheFile()
    {
        await using var lab = Deployed("{ not json");

        var (code, _, error) = await lab.RunAsync("output", "pod");

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains(Path.Combine(lab.Home.Stacks, "pod.json"), error, StringComparison.Ordinal);
    }

    private static TestLab Deployed(string state = State)
    {
        var lab = new TestLab();
        Directory.CreateDirectory(lab.Home.Stacks);
        File.WriteAllText(Path.Combine(lab.Home.Stacks, "pod.json"), state);
        return lab;
    }
}
