using System.Text.Json;
using Pulumi;
using Pulumi.Testing;
using Pulumi.Utilities;
using Scalelab.Sdk.Tests.Fakes;

namespace Scalelab.Sdk.Tests.Core;

public sealed class OutputTests
{
    [Fact]
    public async Task Apply_KnownValue_RunsTheFunction()
        => Assert.Equal(Taints.Known(3), await Taints.OfAsync(Output.Create(2).Apply(value => value + 1)));

    [Fact]
    public async Task Apply_UnknownValue_NeverRunsTheFunction()
    {
        var applied = OutputUtilities.CreateUnknown("").Apply<string>(string (_) => throw new InvalidOperationException("ran"));

        Assert.Equal(Taints.Unknown(), await Taints.OfAsync(applied));
    }

    [Fact]
    public async Task Apply_SecretValue_StaysSecret()
        => Assert.Equal(Taints.Secret("hush!"), await Taints.OfAsync(Output.CreateSecret("hush").Apply(value => value + "!")));

    [Fact]
    public async Task Apply_UnknownSecret_StaysUnknownAndSecret()
    {
        var output = Output.CreateSecret(OutputUtilities.CreateUnknown("")).Apply(value => value);

        Assert.Equal(Taints.Unknown(isSecret: true), await Taints.OfAsync(output));
    }

    [Fact]
    public Task Apply_FunctionReturnsOutput_UnitesTheTaintsOfBoth()
        => Taints.InProgramAsync(async () =>
        {
            var inner = Output.CreateSecret(Taints.From("value", "b"));

            Assert.Equal(Taints.Secret("value", "a b"), await Taints.OfAsync(Taints.From(1, "a").Apply(_ => inner)));
        });

    [Fact]
    public async Task Apply_FunctionReturnsUnknownOutput_IsUnknown()
    {
        var output = Output.Create(1).Apply(_ => OutputUtilities.CreateUnknown("value"));

        Assert.False(await OutputUtilities.GetIsKnownAsync(output));
    }

    [Fact]
    public Task Apply_FunctionReturnsNoOutput_KeepsTheTaintsOfTheFirst()
        => Taints.InProgramAsync(async () =>
        {
            var output = Output.CreateSecret(Taints.From(1, "a")).Apply(_ => (Output<string>?)null);

            Assert.Equal(Taints.Secret(null, "a"), await Taints.OfAsync(output));
        });

    [Fact]
    public async Task Apply_FunctionReturnsTask_WaitsForIt()
    {
        var output = Output.Create("a").Apply(async value =>
        {
            await Task.Yield();
            return value + "b";
        });

        Assert.Equal(Taints.Known("ab"), await Taints.OfAsync(output));
    }

    [Fact]
    public async Task Apply_FunctionThrows_FailsTheProgramThoughNobodyAwaitsIt()
    {
        var failure = await Assert.ThrowsAsync<RunException>(() => Deployment.TestAsync(
            new EmptyMocks(), new TestOptions(), () => { Output.Create(1).Apply<int>(int (_) => throw new RunException("from Apply")); }));

        Assert.Contains("from Apply", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task All_DifferentTaints_UnitesThem()
        => Taints.InProgramAsync(async () =>
        {
            var output = Output.All(Taints.From("x", "a"), Output.CreateSecret("y"), Taints.From("z", "b")).Apply(values => string.Join(" ", values));

            Assert.Equal(Taints.Secret("x y z", "a b"), await Taints.OfAsync(output));
        });

    [Fact]
    public async Task All_OneUnknown_IsUnknown()
        => Assert.False(await OutputUtilities.GetIsKnownAsync(Output.All(Output.Create("x"), OutputUtilities.CreateUnknown("y"))));

    [Fact]
    public async Task All_NoInputs_IsAnEmptyArray()
        => Assert.Empty(await OutputUtilities.GetValueAsync(Output.All<string>(Array.Empty<Input<string>>())));

    [Fact]
    public Task Tuple_DifferentTaints_UnitesThem()
        => Taints.InProgramAsync(async () =>
        {
            var output = Output.Tuple(Taints.From(1, "a"), Output.CreateSecret("s"), Taints.From(true, "b"));

            Assert.Equal(Taints.Secret((1, "s", true), "a b"), await Taints.OfAsync(output));
        });

    [Fact]
    public async Task Tuple_EightItems_KeepsTheirOrder()
    {
        Input<int> one = 1;
        var output = Output.Tuple(one, one, one, one, one, one, one, (Input<string>)"eight");

        Assert.Equal((1, 1, 1, 1, 1, 1, 1, "eight"), await OutputUtilities.GetValueAsync(output));
    }

    [Fact]
    public Task Format_OutputsAndInputsInHoles_UnitesTheirTaints()
        => Taints.InProgramAsync(async () =>
        {
            Input<int> port = 5000;
            var output = Output.Format($"http://{Taints.From("host", "a")}:{port}/{Output.CreateSecret("key")}?{1.5}");

            Assert.Equal(Taints.Secret("http://host:5000/key?1.5", "a"), await Taints.OfAsync(output));
        });

    [Fact]
    public async Task Format_UnknownInHole_IsUnknown()
        => Assert.Equal(Taints.Unknown(), await Taints.OfAsync(Output.Format($"x{OutputUtilities.CreateUnknown("")}")));

    [Fact]
    public async Task Unsecret_SecretValue_IsNoLongerSecret()
        => Assert.Equal(Taints.Known("open"), await Taints.OfAsync(Output.Unsecret(Output.CreateSecret("open"))));

    [Fact]
    public Task JsonSerialize_PendingSecretInside_WaitsForItAndIsSecret()
        => Taints.InProgramAsync(async () =>
        {
            var source = new TaskCompletionSource<string>();
            var json = Output.JsonSerialize(Output.Create(new Dictionary<string, object>
            {
                ["a"] = Output.CreateSecret(Output.Create(source.Task)),
                ["b"] = (Input<int>)Taints.From(2, "b"),
            }));
            source.SetResult("late");

            Assert.Equal(Taints.Secret("""{"a":"late","b":2}""", "b"), await Taints.OfAsync(json));
        });

    [Fact]
    public async Task JsonSerialize_UnknownInside_IsUnknown()
        => Assert.False(await OutputUtilities.GetIsKnownAsync(Output.JsonSerialize(Output.Create(new[] { OutputUtilities.CreateUnknown(1) }))));

    [Fact]
    public async Task JsonSerialize_Options_AreUsed()
    {
        var json = Output.JsonSerialize(Output.Create(new { Name = "x" }), new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase });

        Assert.Equal("""{"name":"x"}""", await OutputUtilities.GetValueAsync(json));
    }

    [Fact]
    public async Task JsonDeserialize_OutputInside_CarriesTheTaintsOfTheText()
    {
        var parsed = Output.JsonDeserialize<Dictionary<string, Output<int>>>(Output.CreateSecret("""{"a":1}"""));

        Assert.Equal(Taints.Secret(1), await Taints.OfAsync((await OutputUtilities.GetValueAsync(parsed))["a"]));
    }

    [Fact]
    public void ToString_AnyOutput_TellsWhatToDoInstead()
        => Assert.Contains("Apply", Output.Create("value").ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task DeferredOutput_Resolved_HasTheTaintsOfItsSource()
    {
        var deferred = new DeferredOutput<string>();
        deferred.Resolve(Output.CreateSecret("late"));

        Assert.Equal(Taints.Secret("late"), await Taints.OfAsync(deferred.Output));
        Assert.Throws<InvalidOperationException>(() => deferred.Resolve(Output.Create("again")));
    }
}
