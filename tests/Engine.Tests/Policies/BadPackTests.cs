using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Scalelab.Engine.Tests.Support;

namespace Scalelab.Engine.Tests.Policies;

/// <summary>Packs that do not do what packs do: each is told once, in bounded time, and nothing of it stays behind.</summary>
public sealed class BadPackTests : IAsyncLifetime
{
    private readonly FakePack _pack = new();
    private readonly FakeTimeProvider _time = new();
    private TestStack _stack = new();

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The packs of these tests are shell scripts.");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _stack.Dispose();
        return _pack.DisposeAsync();
    }

    [Theory]
    [InlineData("echo the reason >&2; exit 3", "ended with exit code 3 before it printed its port. Its last lines:\nthe reason")]
    [InlineData("exit 0", "ended with exit code 0 before it printed its port. It printed no error.")]
    [InlineData("echo hello; exec sleep 600", "printed 'hello' where its port is expected")]
    [InlineData("echo 70000; exec sleep 600", "printed '70000' where its port is expected")]
    [InlineData("echo 1; echo broken >&2; exit 4", "ended with exit code 4 at the handshake. Its last lines:\nbroken")]
    public async Task Preview_WithAPackThatDoesNotServe_TellsWhy(string script, string reason)
    {
        Use(_pack.Script(script));

        var result = await _stack.PreviewAsync(program => program.StackAsync());

        Assert.False(result.Succeeded);
        var error = Assert.Single(_stack.Events.Errors).ReplaceLineEndings("\n");
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Contains(_pack.Folder, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_WithAPackThatPrintsNothing_EndsItAndWhatItStarted()
    {
        _stack.Dispose();
        _stack = new TestStack { Time = _time };
        var pids = Path.Combine(_pack.Folder, "pids");
        Use(_pack.Script($"sleep 600 & echo $! $$ > {pids}; wait"));
        var preview = _stack.PreviewAsync(program => program.StackAsync());
        while (!preview.IsCompleted)
        {
            // Only once it runs can there be anything to end.
            if (File.Exists(pids) && new FileInfo(pids).Length > 0)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            await Task.Yield();
        }

        Assert.False((await preview).Succeeded);
        Assert.Contains("printed no port within 60 seconds", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
        Assert.All((await File.ReadAllTextAsync(pids, TestContext.Current.CancellationToken)).Split(), pid => Assert.False(IsRunning(pid)));
    }

    [Fact]
    public async Task Preview_WithAPackThatDoesNotAnswer_EndsIt()
    {
        _stack.Dispose();
        _stack = new TestStack { Time = _time };
        var asked = new TaskCompletionSource();
        var answer = new ManualResetEventSlim();
        _pack.Analyze = _ =>
        {
            asked.SetResult();
            answer.Wait();
            return [];
        };
        Use(await _pack.StartAsync());
        var preview = _stack.PreviewAsync(program => program.StackAsync());
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        while (!preview.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        answer.Set();
        Assert.False((await preview).Succeeded);
        Assert.Contains("did not answer within 60 seconds while it judged urn:pulumi:dev::lab::pulumi:pulumi:Stack::lab-dev", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_WithAPackThatFailsOnSeveralResourcesAtOnce_TellsItOnce()
    {
        _pack.Analyze = request => request.Type == "fake:index:Thing" ? throw new InvalidOperationException("on purpose") : [];
        Use(await _pack.StartAsync());

        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await Task.WhenAll(Enumerable.Range(0, 8).Select(index => program.RegisterAsync($"a{index}")));
        });

        Assert.False(result.Succeeded);
        Assert.Contains("failed while it judged urn:", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
        Assert.Empty(_stack.Cloud.Operations);
    }

    [Theory]
    [InlineData("[]", "must hold one JSON object")]
    [InlineData("{", "is not valid JSON")]
    [InlineData("""{ "rule": "fatal" }""", "'fatal' is no level for 'rule'. Use one of advisory, mandatory, remediate, disabled.")]
    [InlineData("""{ "rule": 3 }""", "'rule' must be a level or an object")]
    [InlineData("""{ "rule": { "enforcementLevel": 1 } }""", "'enforcementLevel' of 'rule' must be one of")]
    public async Task Preview_WithABadConfigurationFile_TellsItBeforeAnythingRuns(string config, string reason)
    {
        Use(_pack.Script("exec sleep 600", config));

        var error = await Assert.ThrowsAsync<EngineException>(() => _stack.PreviewAsync(_ => throw new InvalidOperationException("The program must not run.")));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "holds no PulumiPolicy.yaml")]
    [InlineData("runtime: nodejs\n", "runtime 'nodejs' is not supported here")]
    [InlineData("runtime: dotnet\n", "holds 0 .csproj files")]
    [InlineData("runtime:\n  name: dotnet\n  options:\n    binary: none.dll\n", "none.dll does not exist")]
    public async Task Preview_WithWhatIsNoPack_SaysWhatIsMissing(string? project, string reason)
    {
        if (project is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(_pack.Folder, "PulumiPolicy.yaml"), project, TestContext.Current.CancellationToken);
        }

        Use(new PolicyPackOptions(_pack.Folder));

        var error = await Assert.ThrowsAsync<EngineException>(() => _stack.PreviewAsync(program => program.StackAsync()));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private void Use(PolicyPackOptions pack) => _stack.Adjust = options => options with { PolicyPacks = [pack] };

    private static bool IsRunning(string pid)
    {
        if (!int.TryParse(pid, System.Globalization.CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(number);
            // Ended, and not yet collected by whoever inherited it.
            return !process.HasExited && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is ArgumentException or IOException or InvalidOperationException)
        {
            return false;
        }
    }
}
