using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Providers.Command.Remote;

/// <summary>Commands run, and files copied, through a real sshd.</summary>
public sealed class RemoteCommandTests(SshServer server) : IClassFixture<SshServer>, IAsyncLifetime
{
    private const string CommandType = "command:remote:Command";
    private const string CopyType = "command:remote:CopyToRemote";

    private readonly TestStack _stack = new();

    public async ValueTask InitializeAsync()
    {
        await server.StartAsync();
        // Nobody's own keys and known hosts.
        _stack.Environment = new Dictionary<string, string> { ["HOME"] = _stack.Folder, ["SSH_AUTH_SOCK"] = "" };
    }

    public ValueTask DisposeAsync()
    {
        _stack.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Create_Command_RunsThereWithItsEnvironmentAndInput()
    {
        var outputs = await RunAsync(Connection(), ("create", "echo $SSH_CONNECTION | wc -w; echo \"$QUOTED\"; cat; echo oops >&2"), ("environment", Map(("QUOTED", "it's $HOME"))), ("stdin", "typed"));

        Assert.Empty(_stack.Events.Errors);
        Assert.Equal("4\nit's $HOME\ntyped", outputs.FindText("stdout"));
        Assert.Equal("oops", outputs.FindText("stderr"));
        Assert.Contains(_stack.Events.All, told => told is Progress { Message: "typed" });
    }

    [Fact]
    public async Task UpdateAndDelete_OfCommand_KnowThePreviousOutput()
    {
        var log = Path.Combine(_stack.Folder, "log");
        await RunAsync(Connection(), ("create", "echo first"));
        var outputs = await RunAsync(Connection(), ("create", "echo first"), ("update", "echo after $PULUMI_COMMAND_STDOUT"), ("delete", $"echo gone after $PULUMI_COMMAND_STDOUT > {log}"));
        await _stack.DestroyAsync();

        Assert.Equal("after first", outputs.FindText("stdout"));
        Assert.Equal("gone after after first\n", await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Create_ThatFails_ShowsExitCodeAndLastLines()
    {
        await RunAsync(Connection(), ("create", "echo the reason; exit 3"));

        var error = Assert.Single(_stack.Events.Errors);
        Assert.Contains("exit code 3", error, StringComparison.Ordinal);
        Assert.Contains("the reason", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_MachineThatNobodyVouchesFor_IsRefusedAndNotRun()
    {
        var mark = Path.Combine(_stack.Folder, "ran");

        await RunAsync(Connection().Without("hostKey"), ("create", $"touch {mark}"));

        Assert.Contains($"set the connection's 'hostKey' to \"{server.HostKey}\"", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
        Assert.False(File.Exists(mark));
    }

    [Fact]
    public async Task Create_MachineWithAnotherKey_IsRefused()
    {
        const string Other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

        await RunAsync(Connection().With("hostKey", Other), ("create", "true"));

        Assert.Contains("'hostKey' has another one", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_MachineInKnownHosts_IsTrusted()
    {
        Directory.CreateDirectory(Path.Combine(_stack.Folder, ".ssh"));
        await File.WriteAllTextAsync(Path.Combine(_stack.Folder, ".ssh/known_hosts"), $"[127.0.0.1]:{server.Port} {server.HostKey}\n", TestContext.Current.CancellationToken);

        var outputs = await RunAsync(Connection().Without("hostKey"), ("create", "echo trusted"));

        Assert.Equal("trusted", outputs.FindText("stdout"));
    }

    [Fact]
    public async Task Create_EncryptedKey_IsOpenedWithItsPassword()
    {
        var outputs = await RunAsync(Connection().With("privateKey", server.EncryptedKey).With("privateKeyPassword", SshServer.Passphrase), ("create", "echo in"));

        Assert.Equal("in", outputs.FindText("stdout"));
    }

    [Fact]
    public async Task Create_WithAKeyThatAnAgentHolds_GetsIn()
    {
        await using var agent = await SshKeyring.StartAsync(_stack.Folder, server.UserKeyFile);

        var outputs = await RunAsync(Connection().Without("privateKey").With("agentSocketPath", agent.Socket), ("create", "echo in"));

        Assert.Empty(_stack.Events.Errors);
        Assert.Equal("in", outputs.FindText("stdout"));
    }

    [Fact]
    public async Task Create_WithTheAgentOfTheEnvironment_GetsIn()
    {
        await using var agent = await SshKeyring.StartAsync(_stack.Folder, server.UserKeyFile);
        _stack.Environment = new Dictionary<string, string> { ["HOME"] = _stack.Folder, ["SSH_AUTH_SOCK"] = agent.Socket };

        var outputs = await RunAsync(Connection().Without("privateKey"), ("create", "echo in"));

        Assert.Equal("in", outputs.FindText("stdout"));
    }

    [Fact]
    public async Task Create_WithAnAgentThatIsNotThere_SaysWhereItWasLookedFor()
    {
        await RunAsync(Connection().Without("privateKey").With("agentSocketPath", "/nowhere/agent"), ("create", "true"));

        Assert.Contains("The SSH agent at /nowhere/agent cannot be used", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_ThroughAnotherMachine_GetsThere()
    {
        var outputs = await RunAsync(Connection().With("proxy", Connection()), ("create", "echo through"));

        Assert.Equal("through", outputs.FindText("stdout"));
    }

    [Fact]
    public async Task Create_NothingListens_GivesUpAfterTheLimit()
    {
        await RunAsync(Connection().With("port", 1).With("dialErrorLimit", 1), ("create", "true"));

        Assert.Contains("after 2 attempt(s)", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_SecretConnection_IsNeitherShownNorStored()
    {
        var secret = (PropertyMap)Connection().With("password", PropertyValue.Secret("hunter2-hunter2"));

        await RunAsync(secret, ("create", "echo hunter2-hunter2"));

        Assert.DoesNotContain(_stack.Events.All, told => told.ToString()!.Contains("hunter2-hunter2", StringComparison.Ordinal));
        Assert.Contains(_stack.Events.All, told => told is Progress { Message: "[secret]" });
    }

    [Theory]
    [InlineData("privateKey", "not a key", "'privateKey' cannot be read")]
    [InlineData("hostKey", "not a key", "'hostKey' is no public key")]
    [InlineData("usr", "me", "no such input")]
    public async Task Create_WithMistake_SaysWhatToChange(string key, string value, string expected)
    {
        await RunAsync(Connection().With(key, value), ("create", "true"));

        Assert.Contains(expected, Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_TextFileAndFolder_ArriveByTheRules()
    {
        var target = Path.Combine(_stack.Folder, "there");
        Directory.CreateDirectory(Path.Combine(_stack.Folder, "source/deep"));
        await File.WriteAllTextAsync(Path.Combine(_stack.Folder, "source/deep/file"), "content", TestContext.Current.CancellationToken);

        await CopyAsync("text", Asset(("text", "words")), $"{target}/new/text.txt");
        await CopyAsync("file", Asset(("path", "source/deep/file")), $"{target}/new");
        await CopyAsync("folder", Archive(("path", "source")), target);
        await CopyAsync("contents", Archive(("path", "source/")), $"{target}/contents");
        await CopyAsync("members", Archive(("assets", Map(("a/b.txt", Asset(("text", "member")))))), $"{target}/members");

        Assert.Empty(_stack.Events.Errors);
        Assert.Equal(
            ["contents/deep/file", "members/a/b.txt", "new/file", "new/text.txt", "source/deep/file"],
            Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(target, file)).Order(StringComparer.Ordinal));
        Assert.Equal("content", await File.ReadAllTextAsync($"{target}/source/deep/file", TestContext.Current.CancellationToken));
    }

    private static PropertyMap Asset(params (string, PropertyValue)[] values) => Map([(Signatures.Key, Signatures.Asset), .. values]);

    private static PropertyMap Archive(params (string, PropertyValue)[] values) => Map([(Signatures.Key, Signatures.Archive), .. values]);

    private PropertyMap Connection() => Map(
        ("host", "127.0.0.1"), ("port", server.Port), ("user", System.Environment.UserName), ("privateKey", server.UserKey), ("hostKey", server.HostKey), ("dialErrorLimit", 2));

    private async Task<PropertyMap> RunAsync(PropertyMap connection, params (string, PropertyValue)[] inputs)
    {
        var outputs = PropertyMap.Empty;
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            outputs = ProgramClient.Read((await program.RegisterAsync("run", Map([("connection", connection), .. inputs]), CommandType)).Object);
        });
        return outputs;
    }

    private Task<UpdateResult> CopyAsync(string name, PropertyMap source, string target) => _stack.UpAsync(async program =>
    {
        await program.StackAsync();
        await program.RegisterAsync(name, Map(("connection", Connection()), ("source", source), ("remotePath", target)), CopyType);
    });
}
