using Google.Protobuf.WellKnownTypes;
using Pulumi;
using Pulumirpc;
using Scalelab.Sdk.Tests.Fakes;

namespace Scalelab.Sdk.Tests.Deployments;

[Collection(EnvironmentCollection.Name)]
public sealed class RunTests
{
    [Fact]
    public async Task RunAsync_ProgramWithOutputs_RegistersTheStackAndItsOutputs()
    {
        await using var engine = await FakeEngine.StartAsync();
        var exitCode = await engine.RunAsync(() => Deployment.RunAsync(() => new Dictionary<string, object?>
        {
            ["url"] = Output.Create("http://localhost"),
            ["nothing"] = null,
        }));

        Assert.Equal(0, exitCode);
        var stack = engine.Resource("project-stack");
        Assert.Equal(("pulumi:pulumi:Stack", false, ""), (stack.Type, stack.Custom, stack.Parent));
        var outputs = Assert.Single(engine.Outputs);
        Assert.Equal(FakeEngine.UrnOf("pulumi:pulumi:Stack", "project-stack"), outputs.Urn);
        Assert.Equal(new Dictionary<string, Value> { ["url"] = Value.ForString("http://localhost") }, outputs.Outputs.Fields);
        Assert.True(engine.WasSignalled);
    }

    [Fact]
    public async Task RunAsync_StackClass_ShowsItsOutputProperties()
    {
        await using var engine = await FakeEngine.StartAsync();
        var exitCode = await engine.RunAsync(Deployment.RunAsync<UrlStack>);

        Assert.Equal(0, exitCode);
        Assert.Equal("http://localhost", Assert.Single(engine.Outputs).Outputs.Fields["url"].StringValue);
    }

    [Fact]
    public async Task RunAsync_StackClassWithUnassignedOutput_NamesIt()
    {
        await using var engine = await FakeEngine.StartAsync();
        var exitCode = await engine.RunAsync(Deployment.RunAsync<ForgetfulStack>);

        Assert.Equal(32, exitCode);
        Assert.Contains("'Url'", Assert.Single(engine.Logs).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ProgramThrows_ShowsTheErrorWithItsTraceAndReturns32()
    {
        await using var engine = await FakeEngine.StartAsync();
        var exitCode = await engine.RunAsync(() => Deployment.RunAsync((Action)(() => throw new InvalidOperationException("broken"))));

        Assert.Equal(32, exitCode);
        var error = Assert.Single(engine.Logs);
        Assert.Equal(LogSeverity.Error, error.Severity);
        Assert.Contains("System.InvalidOperationException: broken", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(RunAsync_ProgramThrows_ShowsTheErrorWithItsTraceAndReturns32), error.Message, StringComparison.Ordinal);
        Assert.False(engine.WasSignalled);
    }

    [Fact]
    public async Task RunAsync_ProgramThrowsRunException_ShowsTheMessageAlone()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunAsync(() => Deployment.RunAsync((Action)(() => throw new RunException("mend me"))));

        Assert.Equal("mend me", Assert.Single(engine.Logs).Message);
    }

    [Fact]
    public async Task RunAsync_ResourceException_NamesTheResource()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunAsync(() => Deployment.RunAsync(async () =>
        {
            var thing = new Thing("thing");
            await Task.Yield();
            throw new ResourceException("wrong", thing, hideStack: true);
        }));

        var error = Assert.Single(engine.Logs);
        Assert.Equal(("wrong", FakeEngine.UrnOf("test:index:Thing", "thing")), (error.Message, error.Urn));
    }

    [Fact]
    public async Task RunAsync_EngineRefusesAResource_ShowsWhatItSaid()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.Answer = request => request.Name == "thing"
            ? throw new Grpc.Core.RpcException(new Grpc.Core.Status(Grpc.Core.StatusCode.Unknown, "quota exceeded")) : null;
        var exitCode = await engine.RunAsync(() => Deployment.RunAsync(() => { _ = new Thing("thing"); }));

        Assert.Equal(32, exitCode);
        Assert.Contains("quota exceeded", Assert.Single(engine.Logs).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ProgramLogsAnError_Returns1()
    {
        await using var engine = await FakeEngine.StartAsync();
        var exitCode = await engine.RunAsync(() => Deployment.RunAsync(() => Log.Error("not good")));

        Assert.Equal(1, exitCode);
        Assert.False(engine.WasSignalled);
    }

    [Fact]
    public async Task RunAsync_Messages_ArriveInOrderWithTheirResource()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                Log.Info($"{i}");
            }
        });

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), engine.Logs.Select(log => log.Message));
    }

    [Fact]
    public async Task RunAsync_EngineWithoutShutdown_IsNoError()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.ImplementsShutdown = false;

        await engine.RunToSuccessAsync(() => { });
    }

    [Fact]
    public async Task RunAsync_EngineGone_Returns1WithoutHanging()
    {
        var engine = await FakeEngine.StartAsync();
        var exitCode = await engine.RunAsync(() => Deployment.RunAsync(async () => await engine.DisposeAsync()));

        Assert.Equal(1, exitCode);
    }

    [Theory]
    [InlineData("PULUMI_MONITOR")]
    [InlineData("PULUMI_ENGINE")]
    [InlineData("PULUMI_PROJECT")]
    [InlineData("PULUMI_STACK")]
    [InlineData("PULUMI_DRY_RUN")]
    [InlineData("PULUMI_QUERY_MODE")]
    [InlineData("PULUMI_PARALLEL")]
    public async Task RunAsync_VariableMissing_SaysThatNoEngineStartedTheProgram(string variable)
    {
        await using var engine = await FakeEngine.StartAsync();
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => engine.RunAsync(() =>
        {
            using var scope = new EnvironmentScope(new Dictionary<string, string?> { [variable] = null });
            return Deployment.RunAsync(() => { });
        }));

        Assert.Contains("Program run without the Pulumi engine available", failure.Message, StringComparison.Ordinal);
        Assert.Contains(variable, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Instance_OutsideAProgram_SaysSo()
        => Assert.Contains(
            "Deployment.RunAsync", Assert.Throws<InvalidOperationException>(() => Deployment.Instance).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Invoke_KnownArguments_ReturnsTypedResultWithTheirDependencies()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.AnswerInvoke = request => new ResourceInvokeResponse { Return = request.Args };
        var exitCode = await engine.RunAsync(() => Deployment.RunAsync(async () =>
        {
            var thing = new Thing("thing", new ThingArgs { Text = "n" });
            var result = Deployment.Instance.Invoke<Part>("test:index:get", new GetArgs { Name = thing.Text! });

            Assert.Equal(Taints.Known("n", "thing"), await Taints.OfAsync(result.Apply(part => part.Name)));
        }));

        Assert.True(exitCode == 0, string.Join("\n", engine.Logs.Select(log => log.Message)));
        Assert.Equal("test:index:get", Assert.Single(engine.Invokes).Tok);
    }

    [Fact]
    public async Task Invoke_UnknownArgument_DoesNotCall()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.IsPreview = true;
        await engine.RunToSuccessAsync(() => Deployment.Instance.Invoke<Part>("test:index:get", new GetArgs { Name = new Thing("thing").Id }));

        Assert.Empty(engine.Invokes);
    }

    [Fact]
    public async Task Invoke_ArgumentsRefused_FailsWithTheReasons()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.AnswerInvoke = _ => new ResourceInvokeResponse { Failures = { new CheckFailure { Property = "name", Reason = "too long" } } };
        await engine.RunAsync(() => Deployment.RunAsync(
            () => { Deployment.Instance.Invoke<Part>("test:index:get", new GetArgs { Name = "n" }); }));

        Assert.Contains("too long (name)", Assert.Single(engine.Logs).Message, StringComparison.Ordinal);
    }

    private sealed class GetArgs : InvokeArgs
    {
        [Input("name")]
        public Input<string>? Name { get; set; }
    }

    private sealed class UrlStack : Stack
    {
        public UrlStack()
            => Url = Output.Create("http://localhost");

        [Output("url")]
        public Output<string> Url { get; set; }
    }

    private sealed class ForgetfulStack : Stack
    {
        [Output]
        public Output<string> Url { get; set; } = null!;
    }
}
