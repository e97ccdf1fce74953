using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Providers.Command;

public sealed class CommandTests : IDisposable
{
    private const string Type = "command:local:Command";

    private readonly TestStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Create_OfCommand_RunsItInTheProgramsFolderWithItsEnvironment()
    {
        _stack.Environment = new Dictionary<string, string> { ["FROM_ENGINE"] = "engine" };
        var outputs = await UpAsync(
            ("create", "pwd; echo $FROM_ENGINE $FROM_INPUT; cat; echo oops >&2"),
            ("environment", Map(("FROM_INPUT", "input"))),
            ("stdin", "typed"));

        Assert.Equal($"{_stack.Folder}\nengine input\ntyped", outputs.FindText("stdout"));
        Assert.Equal("oops", outputs.FindText("stderr"));
    }

    [Fact]
    public async Task Update_OfCommand_KnowsThePreviousOutput()
    {
        await UpAsync(("create", "echo first"));
        var outputs = await UpAsync(("create", "echo first"), ("update", "echo after $PULUMI_COMMAND_STDOUT"));

        Assert.Equal("after first", outputs.FindText("stdout"));
        Assert.Equal(["Same lab-dev", "Update run"], _stack.Events.Steps);
    }

    [Fact]
    public async Task Triggers_Changed_ReplaceTheCommand()
    {
        await UpAsync(("create", "echo created >> log"), ("delete", "echo deleted >> log"), ("triggers", new ListValue(["1"])));
        await UpAsync(("create", "echo created >> log"), ("delete", "echo deleted >> log"), ("triggers", new ListValue(["2"])));

        Assert.Equal("created\ncreated\ndeleted\n", await File.ReadAllTextAsync(Path.Combine(_stack.Folder, "log"), TestContext.Current.CancellationToken));
        Assert.Equal(["Same lab-dev", "Replace run", "DeleteReplaced run"], _stack.Events.Steps);
    }

    [Fact]
    public async Task Interpreter_OfCommand_GetsItAsLastArgument()
    {
        var outputs = await UpAsync(("create", "b"), ("interpreter", new ListValue(["echo", "a"])));

        Assert.Equal("a b", outputs.FindText("stdout"));
    }

    [Fact]
    public async Task Create_ThatFails_ShowsExitCodeAndLastLines()
    {
        await UpAsync(("create", "echo working; echo broken >&2; exit 3"));

        var error = Assert.Single(_stack.Events.Errors);
        Assert.Contains("exit code 3", error, StringComparison.Ordinal);
        Assert.Contains("working", error, StringComparison.Ordinal);
        Assert.Contains("broken", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dir", "missing", "does not exist")]
    [InlineData("logging", "loud", "must be one of")]
    [InlineData("creat", "typo", "no such input")]
    [InlineData("assetPaths", "x", "must be a list")]
    public async Task Create_WithMistake_SaysWhatToChange(string key, string value, string expected)
    {
        await UpAsync(("create", "true"), (key, value));

        Assert.Contains(expected, Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Update_WithoutAnyCommand_KeepsTheLastOutput()
    {
        await UpAsync(("create", "echo first"));
        var outputs = await UpAsync(("environment", Map(("A", "b"))));

        Assert.Equal("first", outputs.FindText("stdout"));
    }

    [Fact]
    public async Task AssetPaths_AfterTheCommand_HoldTheFilesThatItLeft()
    {
        var outputs = await UpAsync(
            ("create", "mkdir -p out/deep; echo a > out/a.txt; echo b > out/deep/b.txt; echo c > out/secret.txt"),
            ("assetPaths", new ListValue(["out/**", "!**/secret.*"])),
            ("archivePaths", new ListValue(["out/*.{txt,md}"])));

        Assert.Equal(["out/a.txt", "out/deep/b.txt"], ((PropertyMap)outputs.Find("assets")!).Keys);
        var archive = (PropertyMap)outputs.Find("archive")!;
        Assert.Equal(["out/a.txt", "out/secret.txt"], ((PropertyMap)archive.Find("assets")!).Keys);
        Assert.Matches("^[0-9a-f]{64}$", archive.FindText("hash")!);
    }

    [Fact]
    public async Task Create_LongerThanItsTimeout_IsKilledWithItsChildren()
    {
        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("run", Map(("create", "echo begun; sleep 600 & sleep 600")), Type, options: request => request.CustomTimeouts = new() { Create = "300ms" });
        });

        Assert.False(result.Succeeded);
        Assert.Contains("did not end within", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_Cancelled_IsKilledAndLeftPending()
    {
        using var cancel = new CancellationTokenSource();
        var up = _stack.UpAsync(
            async program =>
            {
                await program.StackAsync();
                await program.RegisterAsync("run", Map(("create", "echo begun > begun; sleep 600")), Type);
            },
            cancel.Token);
        using var watcher = new FileSystemWatcher(_stack.Folder, "begun");
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Created += (_, _) => begun.TrySetResult();
        watcher.EnableRaisingEvents = true;
        if (!File.Exists(Path.Combine(_stack.Folder, "begun")))
        {
            await begun.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        await cancel.CancelAsync();

        Assert.False((await up).Succeeded);
        Assert.Single(_stack.State.PendingOperations);
    }

    [Fact]
    public async Task Preview_OfCommand_DoesNotRunIt()
    {
        await _stack.PreviewAsync(Program(("create", "touch ran")));

        Assert.False(File.Exists(Path.Combine(_stack.Folder, "ran")));
        Assert.Equal(["Create lab-dev", "Create run"], _stack.Events.Steps);
    }

    [Fact]
    public async Task Run_InPreview_RunsAtOnce()
    {
        var stdout = "";
        await _stack.PreviewAsync(async program =>
        {
            await program.StackAsync();
            var response = await program.Monitor.InvokeAsync(new() { Tok = "command:local:run", Args = WireFormat.Write(Map(("command", "echo now")), keepSecrets: true) });
            stdout = response.Return.Fields["stdout"].StringValue;
        });

        Assert.Equal("now", stdout);
    }

    [Fact]
    public async Task Output_OfCommand_IsToldWhileItRuns()
    {
        await UpAsync(("create", "echo one"), ("logging", "stdout"));

        Assert.Contains(_stack.Events.All, told => told is Progress { Message: "one" });
        Assert.Contains(_stack.Events.All, told => told is Diagnostic { Severity: DiagnosticSeverity.Info, Message: "one" });
    }

    private static Func<ProgramClient, Task> Program(params (string, PropertyValue)[] inputs) => async program =>
    {
        await program.StackAsync();
        await program.RegisterAsync("run", Map(inputs), Type);
    };

    private async Task<PropertyMap> UpAsync(params (string, PropertyValue)[] inputs)
    {
        var outputs = PropertyMap.Empty;
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            outputs = ProgramClient.Read((await program.RegisterAsync("run", Map(inputs), Type)).Object);
        });
        return outputs;
    }
}
