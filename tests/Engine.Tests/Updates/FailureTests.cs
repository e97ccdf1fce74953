using Grpc.Core;
using Scalelab.Engine.State;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

public sealed class FailureTests : IDisposable
{
    private readonly TestStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Up_FailingHalfWay_KeepsWhatWasDoneAndGoesOnNextTime()
    {
        var failed = await _stack.UpAsync(program => Program(program, fail: true));

        Assert.False(failed.Succeeded);
        Assert.Equal(["the fake cloud cannot create 'b'"], _stack.Events.Errors);
        Assert.Null(_stack.State.FindProblem());
        Assert.Empty(_stack.State.PendingOperations);
        Assert.Equal(["lab-dev", "a"], Reported(_stack.State));

        var second = await _stack.UpAsync(program => Program(program, fail: false));

        Assert.True(second.Succeeded);
        Assert.Equal(["create a", "create b"], _stack.Cloud.Operations);

        static async Task Program(ProgramClient program, bool fail)
        {
            await program.StackAsync();
            var a = await program.RegisterAsync("a");
            await program.RegisterAsync("b", fail ? Map(("fail", "create")) : null, dependsOn: [a.Urn]);
        }
    }

    [Fact]
    public async Task Up_FailingHalfWay_DeletesNothing()
    {
        await _stack.UpAsync(Things("a", "b"));
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("c", Map(("fail", "create")));
        });

        Assert.Equal(2, _stack.Cloud.Resources.Count);
        Assert.Null(_stack.State.FindProblem());
    }

    [Fact]
    public async Task Up_OfResourceThatDoesNotBecomeReady_RecordsItAndUpdatesItNextTime()
    {
        var failed = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a", Map(("unready", true)));
        });

        Assert.False(failed.Succeeded);
        Assert.Equal(["'a' is not ready"], _stack.State.Resources.Single(resource => resource.Urn.Name == "a").InitErrors);

        var second = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a", Map(("unready", true)));
        });

        Assert.True(second.Succeeded);
        Assert.Equal(["create a", "update a"], _stack.Cloud.Operations);
    }

    [Fact]
    public async Task Destroy_WhereADependentCannotBeDeleted_KeepsWhatItNeeds()
    {
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            var a = await program.RegisterAsync("a");
            await program.RegisterAsync("b", Map(("fail", "delete")), dependsOn: [a.Urn]);
            await program.RegisterAsync("c");
        });

        var result = await _stack.DestroyAsync();

        Assert.False(result.Succeeded);
        Assert.Contains("a-1", _stack.Cloud.Resources.Keys);
        Assert.Contains("b-2", _stack.Cloud.Resources.Keys);
        Assert.Null(_stack.State.FindProblem());
    }

    [Fact]
    public async Task Destroy_OfProtectedResource_DeletesNothing()
    {
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a", options: request => request.Protect = true);
            await program.RegisterAsync("b");
        });

        var result = await _stack.DestroyAsync();

        Assert.False(result.Succeeded);
        Assert.Contains("'a'", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
        Assert.Equal(2, _stack.Cloud.Resources.Count);
    }

    [Fact]
    public async Task Up_WithInvalidInput_SaysWhichAndWhy()
    {
        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a", Map(("invalid", 1)));
        });

        Assert.False(result.Succeeded);
        Assert.Equal(["'a' (fake:index:Thing): invalid: must not be there."], _stack.Events.Errors);
    }

    [Fact]
    public async Task Up_WithTwoResourcesOfOneName_SaysSo()
    {
        var result = await _stack.UpAsync(Things("a", "a"));

        Assert.False(result.Succeeded);
        Assert.Contains("named 'a'", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_OfUnknownPackage_NamesTheKnownOnes()
    {
        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a", type: "aws:s3/bucket:Bucket");
        });

        Assert.False(result.Succeeded);
        Assert.Contains("knows command, docker, fake, kubernetes", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hooks")]
    [InlineData("remote")]
    [InlineData("pluginDownloadURL")]
    public async Task Up_WithOptionThatIsNotSupported_RefusesIt(string option)
    {
        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a", options: request =>
            {
                request.Remote = option == "remote";
                request.PluginDownloadURL = option == "pluginDownloadURL" ? "https://plugins" : "";
                request.Hooks = option == "hooks" ? new() { BeforeCreate = { "hook" } } : null;
            });
        });

        Assert.False(result.Succeeded);
        Assert.Contains(option, Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
        Assert.Empty(_stack.Cloud.Operations);
    }

    [Fact]
    public async Task SupportsFeature_TellsWhatIsHonoured()
    {
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            foreach (var feature in new[] { "resourceHooks", "errorHooks", "parameterization" })
            {
                Assert.False((await program.Monitor.SupportsFeatureAsync(new() { Id = feature })).HasSupport, feature);
            }

            foreach (var feature in new[] { "secrets", "outputValues", "aliasSpecs", "deletedWith", "replaceWith", "transforms", "invokeTransforms" })
            {
                Assert.True((await program.Monitor.SupportsFeatureAsync(new() { Id = feature })).HasSupport, feature);
            }
        });
    }

    [Fact]
    public async Task Register_AfterAFailure_IsCutOff()
    {
        RpcException? cutOff = null;
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await Assert.ThrowsAsync<RpcException>(() => program.RegisterAsync("a", Map(("fail", "create"))));
            cutOff = await Assert.ThrowsAsync<RpcException>(() => program.RegisterAsync("b"));
        });

        Assert.Equal(StatusCode.Unavailable, cutOff?.StatusCode);
        Assert.Empty(_stack.Cloud.Resources);
    }

    [Fact]
    public async Task Up_Cancelled_EndsRunningOperationsAndLeavesThemPending()
    {
        using var cancel = new CancellationTokenSource();
        _stack.Cloud.During = async (operation, cancellationToken) =>
        {
            await cancel.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        };

        var result = await _stack.UpAsync(Things("a"), cancel.Token);

        Assert.False(result.Succeeded);
        Assert.Equal(OperationType.Creating, Assert.Single(_stack.State.PendingOperations).Type);
        Assert.Null(_stack.State.FindProblem());
    }

    [Fact]
    public async Task Up_WhileAnotherRuns_IsRefusedNamingTheHolder()
    {
        _stack.Cloud.During = async (_, _) =>
        {
            var refused = await Assert.ThrowsAsync<EngineException>(() => new StackEngine(TimeProvider.System).DestroyAsync(_stack.Options(), new EventLog(), TestContext.Current.CancellationToken));
            Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        };

        var result = await _stack.UpAsync(Things("a"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
    }

    private static Func<ProgramClient, Task> Things(params string[] names) => async program =>
    {
        await program.StackAsync();
        foreach (var name in names)
        {
            await program.RegisterAsync(name);
        }
    };

    private static IEnumerable<string> Reported(Snapshot state) => state.Resources.Where(resource => !ProviderReference.IsProviderType(resource.Type)).Select(resource => resource.Urn.Name);
}
