using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Scalelab.EndToEnd.Fixtures;

namespace Scalelab.EndToEnd;

/// <summary>What goes wrong ends with one clear message, an exit code that is not zero, and nothing lost.</summary>
public sealed class BadInputTests(Lab lab) : EndToEndTest(lab)
{
    [Theory]
    [InlineData("up")]
    [InlineData("preview")]
    [InlineData("destroy")]
    [InlineData("output")]
    public async Task Stack_Unknown_IsRefusedWithTheKnownOnes(string verb)
    {
        var refusal = (await Lab.RunAsync(verb, "pdo")).Refused();

        Assert.Contains("pdo", refusal.Error, StringComparison.Ordinal);
        Assert.Contains("hello, hpa, lb, pod", refusal.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nodePort: 32000", "nodePort: 8000", "scalelab:service.nodePort is \"8000\": it must be a whole number from 30000 to 32767")]
    [InlineData("replicas: 1", "replica: 1", "scalelab:deployment.replica is not a key that the program knows: write replicas instead")]
    [InlineData("cpu: 200m", "cpu: lots", "scalelab:deployment.requests.cpu is \"lots\": it must be a Kubernetes quantity")]
    public async Task Configuration_Mistyped_IsRefusedAtPreviewWithFileKeyValueAndRule(string text, string mistake, string message)
    {
        var project = new ProjectCopy(Lab.Scratch, Lab.Environment);
        project.Replace("pod", text, mistake);

        var refusal = (await project.RunAsync("preview", "pod")).Refused();

        Assert.Contains($"stacks/Pulumi.pod.yaml: {message}", refusal.Output + refusal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configuration_NotYaml_IsRefusedWithFileAndLine()
    {
        var project = new ProjectCopy(Lab.Scratch, Lab.Environment);
        await File.WriteAllTextAsync(project.StackFile("pod"), "config:\n  scalelab:deployment: {", TestContext.Current.CancellationToken);

        var refusal = (await project.RunAsync("preview", "pod")).Refused();

        Assert.Contains("Pulumi.pod.yaml", refusal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_ProgramThatThrows_ShowsTheExceptionAndKeepsTheState()
    {
        var project = new ProjectCopy(Lab.Scratch, Lab.Environment);
        project.ReplaceProgram("tests/Engine.Tests.Program");
        await WriteConfigurationAsync("scalelab:name: world");
        (await project.RunAsync("up", "thrower")).Succeeded();
        try
        {
            await WriteConfigurationAsync("scalelab:name: world\n  scalelab:throw: true");

            // Its stack trace is the author's own, so it belongs here.
            var refusal = await project.RunAsync("up", "thrower");

            Assert.Equal(1, refusal.ExitCode);
            Assert.Contains("the program throws on purpose", refusal.Error, StringComparison.Ordinal);
            Assert.Contains("Program.cs:line", refusal.Error, StringComparison.Ordinal);
            Assert.Equal("after hello world", (await project.RunAsync("output", "thrower", "stdout")).Succeeded().Output.Trim());
        }
        finally
        {
            (await project.RunAsync("destroy", "thrower")).Succeeded();
        }

        Task WriteConfigurationAsync(string lines) =>
            File.WriteAllTextAsync(project.StackFile("thrower"), $"config:\n  {lines}\n", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task State_Corrupt_IsRefusedAndLeftAsItIs()
    {
        const string Garbage = "{ \"version\": 3, \"deployment\": ";
        var file = Path.Combine(Lab.Home, "stacks", "lb.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, Garbage, TestContext.Current.CancellationToken);
        try
        {
            foreach (var verb in new[] { "up", "preview", "destroy" })
            {
                var refusal = (await Lab.RunAsync(verb, "lb")).Refused();

                Assert.Contains(file, refusal.Error, StringComparison.Ordinal);
                Assert.Equal(Garbage, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Start_PortInUse_NamesThePortAndLeavesNoDaemon()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        var port = ((IPEndPoint)occupant.LocalEndpoint).Port;
        var home = Path.Combine(Lab.Scratch, "second-home");

        var refusal = (await Lab.RunAsync("start", "--home", home, "--registry-port", $"{port}", "--secure-port", "0")).Refused();

        Assert.Contains($"{port}", refusal.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, (await Lab.RunAsync("status", "--home", home)).ExitCode);
    }

    [Fact]
    public async Task Up_NodePortOfAnotherProgram_NamesServiceAndPort()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, Lab.FreeNodePort());
        occupant.Start();
        var address = $"{occupant.LocalEndpoint}";
        var project = new ProjectCopy(Lab.Scratch, Lab.Environment);
        project.Replace("pod", "nodePort: 32000", $"nodePort: {((IPEndPoint)occupant.LocalEndpoint).Port}");
        try
        {
            var refusal = (await project.RunAsync("up", "pod")).Refused();

            Assert.Contains("ml-kube-service", refusal.Error, StringComparison.Ordinal);
            Assert.Contains(address, refusal.Error, StringComparison.Ordinal);
        }
        finally
        {
            (await project.RunAsync("destroy", "pod")).Succeeded();
        }
    }

    [Fact]
    public async Task Up_ClusterThatHangs_IsRefusedInsteadOfWaitedFor()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Processes are stopped and continued by Unix signals.");
        var daemon = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Lab.Home, "daemon.json"), TestContext.Current.CancellationToken))!["pid"]!.ToJsonString();
        (await SignalAsync("-STOP", daemon)).Succeeded();
        try
        {
            var refusal = (await Lab.RunAsync("up", "pod")).Refused();

            Assert.Contains("does not answer", refusal.Error, StringComparison.Ordinal);
        }
        finally
        {
            (await SignalAsync("-CONT", daemon)).Succeeded();
        }
    }

    [Fact]
    public async Task Up_ModelThatTheServerRefuses_ShowsThePodsLastWords()
    {
        var project = new ProjectCopy(Lab.Scratch, Lab.Environment);
        var model = Directory.CreateDirectory(Path.Combine(Lab.Scratch, "broken-model")).FullName;
        await File.WriteAllTextAsync(Path.Combine(model, "model.onnx"), "not a network", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(model, "model.json"), "{}", TestContext.Current.CancellationToken);
        project.Replace("pod", "config:", $"config:\n  scalelab:model: {model}");
        try
        {
            var refusal = (await project.RunAsync("up", "pod")).Refused();

            // The server refuses such a model at start; the pod's last words are what the user needs.
            Assert.Contains("model.json", refusal.Output + refusal.Error, StringComparison.Ordinal);
        }
        finally
        {
            (await project.RunAsync("destroy", "pod")).Succeeded();
        }
    }

    [Fact]
    public async Task Arguments_Unknown_AreRefusedWithHelp()
    {
        var refusal = (await Lab.RunAsync("upp", "pod")).Refused();

        Assert.Contains("up", refusal.Output + refusal.Error, StringComparison.Ordinal);
    }

    private static Task<CommandResult> SignalAsync(string signal, string process) => CommandLine.RunAsync(
        "kill", [signal, process], new Dictionary<string, string?>(), input: null, Deadline.Step, TestContext.Current.CancellationToken);
}
