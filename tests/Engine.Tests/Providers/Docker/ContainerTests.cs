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

    [Theory]
    [InlineData("restart", "sometimes", "must be one of no, on-failure, always, unless-stopped")]
    [InlineData("netwrokMode", "host", "no such input")]
    public async Task Up_WithMistake_SaysWhatToChange(string key, string value, string expected)
    {
        await UpAsync((key, value));

        Assert.Contains(expected, Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

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
