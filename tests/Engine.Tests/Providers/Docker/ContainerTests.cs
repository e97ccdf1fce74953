using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Providers.Docker;

/// <summary>Containers run by a real Docker daemon.</summary>
[Collection(nameof(DockerMachine))]
public sealed class ContainerTests(DockerMachine machine) : IAsyncLifetime
{
    private const string Type = "docker:index/container:Container";
    private static readonly ListValue Forever = Texts("/bin/sh", "-c", "echo begun; exec /bin/sleep 600");

    private readonly TestStack _stack = new();

    public async ValueTask InitializeAsync()
    {
        await machine.StartAsync();
        _stack.Environment = machine.Environment;
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(_stack.StatePath))
        {
            await _stack.DestroyAsync();
        }

        _stack.Dispose();
    }

    [Fact]
    public async Task UpAndDestroy_Container_RunsItAndLeavesNothing()
    {
        var outputs = await UpAsync(("envs", Texts("WORD=hello")), ("labels", new ListValue([Map(("label", "course"), ("value", "scalelab"))])), ("restart", "unless-stopped"));

        var name = outputs.FindText("name")!;
        Assert.Matches("^box-[0-9a-f]{7}$", name);
        Assert.Equal("true unless-stopped scalelab", await InspectAsync(name, "{{.State.Running}} {{.HostConfig.RestartPolicy.Name}} {{.Config.Labels.course}}"));
        Assert.Contains("WORD=hello", await InspectAsync(name, "{{.Config.Env}}"), StringComparison.Ordinal);

        Assert.True((await _stack.DestroyAsync()).Succeeded);
        Assert.Empty(await machine.Daemon.RunAsync("ps", "--all", "--quiet", "--filter", $"name={name}"));
    }

    [Fact]
    public async Task Up_SecondTime_ChangesNothing()
    {
        await UpAsync();

        await UpAsync();

        Assert.Equal(["Same lab-dev", "Same box"], _stack.Events.Steps);
    }

    [Fact]
    public async Task Up_ChangedEnvironment_ReplacesTheContainer()
    {
        var before = await UpAsync(("envs", Texts("WORD=one")));

        var after = await UpAsync(("envs", Texts("WORD=two")));

        Assert.Equal(["Same lab-dev", "DeleteReplaced box", "Replace box"], _stack.Events.Steps);
        Assert.Contains("WORD=two", await InspectAsync(after.FindText("name")!, "{{.Config.Env}}"), StringComparison.Ordinal);
        Assert.NotNull(before);
    }

    [Fact]
    public async Task Up_ChangedRestart_IsDoneInPlace()
    {
        var before = await UpAsync(("restart", "no"));
        var id = await InspectAsync(before.FindText("name")!, "{{.Id}}");

        await UpAsync(("restart", "always"));

        Assert.Equal($"{id} always", await InspectAsync(before.FindText("name")!, "{{.Id}} {{.HostConfig.RestartPolicy.Name}}"));
    }

    [Fact]
    public async Task Refresh_ContainerRemovedByHand_IsCreatedAnewByTheNextUp()
    {
        var before = await UpAsync();
        await machine.Daemon.RunAsync("rm", "--force", before.FindText("name")!);

        await _stack.RefreshAsync();
        var after = await UpAsync();

        Assert.Equal(["Same lab-dev", "Create box"], _stack.Events.Steps);
        Assert.Equal("true", await InspectAsync(after.FindText("name")!, "{{.State.Running}}"));
    }

    [Fact]
    public async Task Refresh_ContainerStoppedByHand_ShowsItAndTheNextUpStartsIt()
    {
        var before = await UpAsync();
        await machine.Daemon.RunAsync("stop", "--time", "0", before.FindText("name")!);

        await _stack.RefreshAsync();
        Assert.Contains("start", Assert.Single(_stack.Events.Changes), StringComparison.Ordinal);
        await UpAsync();

        Assert.Equal("Update box: -start false", Assert.Single(_stack.Events.Changes));
        Assert.Equal("true", await InspectAsync(before.FindText("name")!, "{{.State.Running}}"));
    }

    [Fact]
    public async Task Up_ContainerThatEndsAtOnce_ShowsExitCodeAndLastLines()
    {
        await UpAsync(("command", Texts("/bin/sh", "-c", "echo the reason; exit 3")));

        var error = Assert.Single(_stack.Events.Errors);
        Assert.Contains("exit code 3", error, StringComparison.Ordinal);
        Assert.Contains("the reason", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_ContainerThatMayEnd_IsDone()
    {
        var outputs = await UpAsync(("command", Texts("/bin/sh", "-c", "exit 0")), ("mustRun", false));

        Assert.NotNull(outputs.FindText("name"));
        Assert.Empty(_stack.Events.Errors);
    }

    [Fact]
    public async Task Up_ImageThatOnlyTheRegistryHas_IsPulled()
    {
        var image = $"{machine.Registry.Host}/tests/pulled:v1";
        await machine.Daemon.RunAsync("tag", "base:1", image);
        await machine.Daemon.RunAsync("push", "--quiet", image);
        await machine.Daemon.RunAsync("rmi", image);

        var outputs = await UpAsync(("image", image));

        Assert.Equal("true", await InspectAsync(outputs.FindText("name")!, "{{.State.Running}}"));
    }

    [Fact]
    public async Task Up_ImageThatNobodyHas_SaysSo()
    {
        await UpAsync(("image", $"{machine.Registry.Host}/tests/nobody:v1"));

        Assert.Contains("/tests/nobody:v1", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_PortLeftOpen_GetsOneOfTheHosts()
    {
        Assert.SkipUnless(machine.Daemon.HasBridge, "this machine does not let a Docker daemon have a network of its own");

        var outputs = await UpAsync(("networkMode", "bridge"), ("ports", new ListValue([Map(("internal", 5000), ("ip", "127.0.0.1"))])));

        var port = ((PropertyMap)((ListValue)outputs.Find("ports")!).Items[0]).Find("external");
        Assert.InRange(Assert.IsType<NumberValue>(port).Value, 1, 65535);
    }

    [Fact]
    public async Task Up_WithFiles_FindsThemWhenItStarts()
    {
        var source = Path.Combine(_stack.Folder, "from-here");
        await File.WriteAllTextAsync(source, "here", TestContext.Current.CancellationToken);
        var shared = Directory.CreateDirectory(Path.Combine(_stack.Folder, "shared")).FullName;
        await File.WriteAllTextAsync(Path.Combine(shared, "file"), " shared", TestContext.Current.CancellationToken);

        var outputs = await UpAsync(
            ("command", Texts("/bin/cat", "/etc/text", "/etc/bytes", "/etc/here", "/shared/file")), ("attach", true),
            ("uploads", new ListValue([Map(("file", "/etc/text"), ("content", "text ")), Map(("file", "/etc/bytes"), ("contentBase64", "Ynl0ZXMg")), Map(("file", "/etc/here"), ("source", source), ("permissions", "0600"))])),
            ("mounts", new ListValue([Map(("type", "bind"), ("source", shared), ("target", "/shared"), ("readOnly", true))])));

        Assert.Empty(_stack.Events.Errors);
        Assert.Equal("text bytes here shared", await machine.Daemon.RunAsync("logs", outputs.FindText("name")!));
        Assert.Equal("bind /shared false", await InspectAsync(outputs.FindText("name")!, "{{range .Mounts}}{{.Type}} {{.Destination}} {{.RW}}{{end}}"));
    }

    [Fact]
    public async Task Up_FileThatCannotBeRead_LeavesNoContainerBehind()
    {
        await UpAsync(("name", "half"), ("uploads", new ListValue([Map(("file", "/etc/here"), ("source", "nowhere"))])));

        Assert.Contains("/etc/here cannot be read", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
        Assert.Empty(await machine.Daemon.RunAsync("ps", "--all", "--quiet", "--filter", "name=half"));
    }

    [Fact]
    public async Task Up_WithLimits_GivesThemToTheEngine()
    {
        var outputs = await UpAsync(
            ("cpus", "0.5"), ("memoryReservation", 32), ("ulimits", new ListValue([Map(("name", "nofile"), ("soft", 100), ("hard", 200))])), ("cgroupnsMode", "host"));

        Assert.Empty(_stack.Events.Errors);
        Assert.Equal(
            "500000000 33554432 nofile=100:200 host",
            await InspectAsync(outputs.FindText("name")!, "{{.HostConfig.NanoCpus}} {{.HostConfig.MemoryReservation}} {{range .HostConfig.Ulimits}}{{.Name}}={{.Soft}}:{{.Hard}}{{end}} {{.HostConfig.CgroupnsMode}}"));
    }

    [Fact]
    public async Task Up_InANetwork_HasItsOtherNameThere()
    {
        Assert.SkipUnless(machine.Daemon.HasBridge, "this machine does not let a Docker daemon have a network of its own");
        var network = $"tests-{Guid.NewGuid():N}";
        await machine.Daemon.RunAsync("network", "create", "--internal", network);
        try
        {
            var outputs = await UpAsync(("networkMode", network), ("networksAdvanced", new ListValue([Map(("name", network), ("aliases", Texts("other")))])));

            Assert.Empty(_stack.Events.Errors);
            Assert.Contains("other", await InspectAsync(outputs.FindText("name")!, "{{range .NetworkSettings.Networks}}{{.Aliases}}{{end}}"), StringComparison.Ordinal);
            Assert.True((await _stack.DestroyAsync()).Succeeded);
        }
        finally
        {
            await machine.Daemon.RunAsync("network", "rm", network);
        }
    }

    [Fact]
    public async Task Up_WaitingForHealth_IsDoneWhenItIsHealthy()
    {
        var outputs = await UpAsync(("wait", true), ("healthcheck", Health("/bin/sh")));

        Assert.Empty(_stack.Events.Errors);
        Assert.Equal("healthy", await InspectAsync(outputs.FindText("name")!, "{{.State.Health.Status}}"));
    }

    [Fact]
    public async Task Up_WaitingForHealthThatNeverComes_SaysWhatItIsInstead()
    {
        await UpAsync(("wait", true), ("waitTimeout", 1), ("healthcheck", Health("/nothing")));

        Assert.Contains("is not healthy after 00:00:01; it is ", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_WaitingForHealthWithoutACheck_SaysThatThereIsNone()
    {
        await UpAsync(("wait", true));

        Assert.Contains("has no health check to wait for", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpus", "many", "must be a number of processors")]
    [InlineData("gpus", "two", "must be 'all'")]
    [InlineData("restart", "sometimes", "must be one of no, on-failure, always, unless-stopped")]
    [InlineData("netwrokMode", "host", "no such input")]
    public async Task Up_WithMistake_SaysWhatToChange(string key, string value, string expected)
    {
        await UpAsync((key, value));

        Assert.Contains(expected, Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    // Healthy where the file is.
    private static PropertyMap Health(string file) => Map(("tests", Texts("CMD", "/bin/cat", file)), ("interval", "200ms"), ("timeout", "5s"), ("retries", 1));

    private static ListValue Texts(params string[] texts) => new([.. texts.Select(text => (PropertyValue)text)]);

    private async Task<PropertyMap> UpAsync(params (string Key, PropertyValue Value)[] inputs)
    {
        var outputs = PropertyMap.Empty;
        // Nobody in the container listens to the usual signal.
        var all = Map(("image", "base:1"), ("command", Forever), ("networkMode", "host"), ("stopSignal", "SIGKILL"));
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            outputs = ProgramClient.Read((await program.RegisterAsync("box", inputs.Aggregate(all, (map, input) => map.With(input.Key, input.Value)), Type)).Object);
        });
        return outputs;
    }

    private Task<string> InspectAsync(string name, string format) => machine.Daemon.RunAsync("inspect", "--format", format, name);
}
