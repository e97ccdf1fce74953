using Microsoft.Extensions.Time.Testing;
using Scalelab.Engine.Events;
using Scalelab.Engine.Projects;
using Scalelab.Engine.Tests.Support;

namespace Scalelab.Engine.Tests.Programs;

/// <summary>Real programs in processes of their own, built with the embedded SDK.</summary>
public sealed class ProgramRunnerTests : IDisposable
{
    private const string Token = "a token that nobody may see";

    private static readonly string Program = typeof(ProgramRunnerTests).Assembly.Location.Replace("Engine.Tests", "Engine.Tests.Program", StringComparison.Ordinal);

    private readonly TestFolder _folder = new();
    private EventLog _events = new();

    public ProgramRunnerTests()
    {
        _folder.File("Pulumi.yaml", "name: lab\nruntime: dotnet\n");
        _folder.File("Pulumi.dev.yaml", "config:\n  name: world\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task UpAndDestroy_OfRealProgram_Work()
    {
        var preview = await RunAsync(UpdateKind.Preview);

        Assert.True(preview.Succeeded, string.Join('\n', _events.Errors));
        Assert.False(preview.Outputs["stdout"].IsKnown);

        var up = await RunAsync(UpdateKind.Up);

        Assert.True(up.Succeeded, string.Join('\n', _events.Errors));
        Assert.Equal("after hello world", up.Outputs["stdout"].Value!.GetValue<string>());
        Assert.True(up.Outputs["token"].IsSecret);
        Assert.Contains(_events.All, told => told is Diagnostic { Message: "greeting world" });
        Assert.DoesNotContain(Token, await File.ReadAllTextAsync(Path.Combine(_folder.Path, "state", "dev.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var again = await RunAsync(UpdateKind.Up);

        Assert.True(again.Succeeded, string.Join('\n', _events.Errors));
        Assert.False(again.HasChanges);

        var changed = await RunAsync(UpdateKind.Up, new Dictionary<string, string> { ["name"] = "moon" });

        Assert.Equal("after hello moon", changed.Outputs["stdout"].Value!.GetValue<string>());
        Assert.Equal(2, changed.Counts[StepKind.Update]);

        Assert.True((await RunAsync(UpdateKind.Destroy)).Succeeded);
        Assert.False(File.Exists(Path.Combine(_folder.Path, "state", "dev.json")));
    }

    [Fact]
    public async Task Up_OfProgramThatThrows_ShowsWhatItSaid()
    {
        var result = await RunAsync(UpdateKind.Up, new Dictionary<string, string> { ["throw"] = "true" });

        Assert.False(result.Succeeded);
        Assert.Contains("the program throws on purpose", Assert.Single(_events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_OfProgramWithoutARequiredKey_NamesTheKey()
    {
        _folder.File("Pulumi.dev.yaml", "");

        var result = await RunAsync(UpdateKind.Up);

        Assert.False(result.Succeeded);
        Assert.Contains("lab:name", Assert.Single(_events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_OfProgramThatCrashes_ShowsExitCodeAndLastLines()
    {
        var result = await RunAsync(UpdateKind.Up, mode: "crash");

        Assert.False(result.Succeeded);
        var error = Assert.Single(_events.Errors);
        Assert.Contains("exit code 3", error, StringComparison.Ordinal);
        Assert.Contains("the program crashes on purpose", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_OfProgramThatDeclaresNothing_SaysWhatMainMustDo()
    {
        var result = await RunAsync(UpdateKind.Up, mode: "silent");

        Assert.False(result.Succeeded);
        Assert.Contains("return await Deployment.RunAsync", Assert.Single(_events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_OfProgramThatHangs_TellsThatItWaitsAndEndsItAtLast()
    {
        var time = new FakeTimeProvider();
        var run = RunAsync(UpdateKind.Up, new Dictionary<string, string> { ["hang"] = "true" }, time: time);
        await _events.WaitForAsync(told => told is StepSucceeded { Step.Urn.Name: "after" });
        while (!run.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(20));
            await Task.Yield();
        }

        var result = await run;

        Assert.False(result.Succeeded);
        Assert.Contains(_events.All.OfType<Diagnostic>(), told => told.Message.StartsWith("waiting for the program", StringComparison.Ordinal));
        Assert.Contains("10 minutes", Assert.Single(_events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_OfProgramThatIsNotBuilt_SaysHowToBuildIt()
    {
        _folder.File("Infra.csproj", "<Project/>");

        var error = await Assert.ThrowsAsync<EngineException>(() => new StackEngine(TimeProvider.System).UpAsync(Options() with { ProgramAssembly = null }, _events, TestContext.Current.CancellationToken));

        Assert.Contains($"dotnet build {_folder.Path}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_OfBrokenResource_EndsTheProgramAndTellsTheReasonOnce()
    {
        var result = await RunAsync(UpdateKind.Up, new Dictionary<string, string> { ["name"] = "x; exit 7" });

        Assert.False(result.Succeeded);
        Assert.Contains("exit code 7", Assert.Single(_events.Errors), StringComparison.Ordinal);
    }

    private async Task<UpdateResult> RunAsync(UpdateKind kind, IReadOnlyDictionary<string, string>? config = null, string mode = "", TimeProvider? time = null)
    {
        _events = new EventLog();
        var engine = new StackEngine(time ?? TimeProvider.System);
        var options = Options() with { ConfigOverrides = config ?? new Dictionary<string, string>(), Environment = new Dictionary<string, string> { ["TEST_PROGRAM"] = mode } };
        return kind switch
        {
            UpdateKind.Preview => await engine.PreviewAsync(options, _events, TestContext.Current.CancellationToken),
            UpdateKind.Up => await engine.UpAsync(options, _events, TestContext.Current.CancellationToken),
            _ => await engine.DestroyAsync(options, _events, TestContext.Current.CancellationToken),
        };
    }

    private UpdateOptions Options() => new()
    {
        Project = PulumiProject.Load(_folder.Path),
        Stack = "dev",
        StateFolder = Path.Combine(_folder.Path, "state"),
        ProgramAssembly = Program,
    };
}
