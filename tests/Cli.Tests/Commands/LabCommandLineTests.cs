namespace Scalelab.Cli.Tests.Commands;

public sealed class LabCommandLineTests
{
    [Theory]
    [InlineData("", "up", "preview", "destroy", "output", "stack", "config", "model", "start", "stop", "status", "kubeconfig", "test", "Exit codes:", "--home")]
    [InlineData("up", "STACK", "--registry-port", "--secure-port", "--api-port", "[default: 6443]", "Examples:")]
    [InlineData("preview", "--expect-no-changes", "Examples:")]
    [InlineData("destroy", "Examples:")]
    [InlineData("output", "--json", "--show-secrets", "Examples:")]
    [InlineData("stack", "ls", "export", "import", "history", "rm", "Examples:")]
    [InlineData("stack ls", "--json", "Examples:")]
    [InlineData("stack export", "STACK", "--file", "--show-secrets", "--version", "Examples:")]
    [InlineData("stack import", "STACK", "--file", "--force", "Examples:")]
    [InlineData("stack history", "STACK", "--json", "--show-secrets", "--page-size", "Examples:")]
    [InlineData("stack rm", "STACK", "--force", "--preserve-config", "Examples:")]
    [InlineData("config", "ls", "get", "set", "rm", "Examples:")]
    [InlineData("config set", "STACK", "KEY", "VALUE", "--secret", "--path", "Examples:")]
    [InlineData("config get", "--path", "--json", "Examples:")]
    [InlineData("config ls", "--show-secrets", "--json", "Examples:")]
    [InlineData("config rm", "--path", "Examples:")]
    [InlineData("model", "convert")]
    [InlineData("model convert", "FILE", "--out", "--labels", "--scaling", "Examples:")]
    [InlineData("start", "--registry-port", "[default: 5000]", "--horizontal-pod-autoscaler-downscale-stabilization", "[default: 300s]", "Examples:")]
    [InlineData("stop", "Examples:")]
    [InlineData("status", "Examples:")]
    [InlineData("kubeconfig", "export KUBECONFIG", "Examples:")]
    [InlineData("test", "dotnet test", "Examples:")]
    public async Task Help_OfEachCommand_SaysWhatItTakes(string command, params string[] expected)
    {
        await using var lab = new TestLab();

        var (code, output, error) = await lab.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal((ExitCode.Success, ""), (code, error));
        Assert.All(expected, text => Assert.Contains(text, output, StringComparison.Ordinal));
        Assert.DoesNotContain("daemon", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("up", "STACK")]
    [InlineData("bogus", "bogus")]
    [InlineData("start --registry-port 70000", "70000")]
    [InlineData("start --registry-port x", "x")]
    [InlineData("start --horizontal-pod-autoscaler-sync-period soon", "must be a duration such as 15s or 5m0s, at least 0.1s, not 'soon'")]
    [InlineData("start --horizontal-pod-autoscaler-tolerance -1", "must be a number such as 0.1, not below 0, not '-1'")]
    [InlineData("start --metric-resolution 0s", "at least 0.1s, not '0s'")]
    [InlineData("up pod extra", "extra")]
    [InlineData("config set pod a b --secret --plaintext", "--plaintext")]
    [InlineData("model convert model.h5 --scaling 0..2", "0..2")]
    [InlineData("stack history pod --page 0", "--page must be a number from 1")]
    [InlineData("", "command")]
    public async Task Run_WithAWrongCommandLine_NamesTheMistakeAndEndsWithTwo(string line, string mistake)
    {
        await using var lab = new TestLab();

        var (code, output, error) = await lab.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((ExitCode.Usage, ""), (code, output));
        Assert.Contains(mistake, error, StringComparison.Ordinal);
        Assert.Contains("--help", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(lab.Home.Folder));
    }

    [Theory]
    [InlineData("up")]
    [InlineData("preview")]
    [InlineData("destroy")]
    [InlineData("output")]
    public async Task Run_OnAnUnknownStack_NamesTheKnownOnesAndStartsNothing(string command)
    {
        await using var lab = new TestLab();

        var (code, output, error) = await lab.RunAsync(command, "pud");

        Assert.Equal((ExitCode.Failed, ""), (code, output));
        Assert.StartsWith("error: Stack 'pud' does not exist", error, StringComparison.Ordinal);
        Assert.Contains("pod", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(lab.Home.Folder));
    }

    [Fact]
    public async Task Run_OutsideAProject_NamesTheMissingFile()
    {
        await using var lab = new TestLab();
        File.Delete(Path.Combine(lab.Project, "Pulumi.yaml"));

        var (code, _, error) = await lab.RunAsync("up", "pod");

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("Pulumi.yaml", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ThatFails_KeepsTheTraceInTheLogOnly()
    {
        await using var lab = new TestLab();
        lab.Home.Create();

        var (_, _, error) = await lab.RunAsync("kubeconfig");

        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Contains("   at ", await File.ReadAllTextAsync(lab.Home.CommandLog, TestLab.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_OutsideTheScript_SaysWhichScript()
    {
        await using var lab = new TestLab();

        var (code, _, error) = await lab.RunAsync("test", "--filter", "x");

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("./lab test", error, StringComparison.Ordinal);
    }
}
