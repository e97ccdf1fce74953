using Pulumirpc;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

/// <summary>Updates of a part of the stack that would leave the state without sense, if they did not take care.</summary>
public sealed class ConfinedTests : IDisposable
{
    private readonly TestStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Get_ThatNeedsWhatIsLeftOut_NamesIt()
    {
        _stack.Cloud.Resources["there"] = Map();
        _stack.Adjust = options => options with { Targets = ["**::b"] };
        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            var a = await program.RegisterAsync("a");
            await program.Monitor.ReadResourceAsync(new ReadResourceRequest { Type = "fake:index:Thing", Name = "b", Id = "there", Dependencies = { a.Urn } });
        });

        Assert.False(result.Succeeded);
        Assert.Contains("not among the targets", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
        Assert.Null(_stack.State.FindProblem());
    }

    [Fact]
    public async Task Up_WithoutTheResourceOfAReplacedProvider_SaysThatItMustBeATarget()
    {
        await _stack.UpAsync(Program);
        _stack.Adjust = options => options with { Targets = ["**:p"], Replaces = ["**:p"] };
        var result = await _stack.UpAsync(Program);

        Assert.False(result.Succeeded);
        Assert.Contains("its provider 'p' is replaced", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
        Assert.Null(_stack.State.FindProblem());

        static async Task Program(ProgramClient program)
        {
            await program.StackAsync();
            var provider = await program.RegisterAsync("p", type: "pulumi:providers:fake");
            await program.RegisterAsync("a", options: request => request.Provider = ProgramClient.Reference(provider));
        }
    }

    [Fact]
    public async Task Up_WithoutThePartOfAReplacedOwner_SaysThatItMustBeATarget()
    {
        await _stack.UpAsync(Program);
        _stack.Adjust = options => options with { Targets = ["**:owner"], Replaces = ["**:owner"] };
        var result = await _stack.UpAsync(Program);

        Assert.False(result.Succeeded);
        Assert.Contains("is deleted with 'owner'", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
        Assert.Null(_stack.State.FindProblem());

        static async Task Program(ProgramClient program)
        {
            await program.StackAsync();
            var owner = await program.RegisterAsync("owner");
            await program.RegisterAsync("part", options: request => request.DeletedWith = owner.Urn);
        }
    }

    [Fact]
    public async Task Up_WithoutARenamedResource_KeepsItsOldName()
    {
        await _stack.UpAsync(program => Program(program, "a"));
        _stack.Adjust = options => options with { Excludes = [Thing("a").Value, Thing("b").Value, Thing("c").Value] };
        var result = await _stack.UpAsync(program => Program(program, "b"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Contains(_stack.State.Resources, resource => resource.Urn == Thing("a"));
        Assert.Null(_stack.State.FindProblem());

        static async Task Program(ProgramClient program, string name)
        {
            await program.StackAsync();
            var a = await program.RegisterAsync(name, options: request => request.AliasURNs.Add(Thing("a").Value));
            await program.RegisterAsync("c", dependsOn: [a.Urn]);
        }
    }

    [Fact]
    public async Task Up_OfAResourceThatSomethingLeftOutNeedsBeforeIt_UpdatesItInItsPlace()
    {
        await _stack.UpAsync(async program => await Late(program, 1, null));
        _stack.Adjust = options => options with { Excludes = [Thing("left").Value] };
        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("left");
            await program.RegisterAsync("needed", Map(("size", 2)));
        });

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Contains("update needed", _stack.Cloud.Operations);
        Assert.Null(_stack.State.FindProblem());
    }

    [Theory]
    [InlineData("fixedPlace")]
    [InlineData("needs new")]
    public async Task Up_OfAResourceThatCannotStayBeforeWhatIsLeftOut_SaysSo(string change)
    {
        await _stack.UpAsync(async program => await Late(program, 1, null));
        _stack.Adjust = options => options with { Excludes = [Thing("left").Value] };
        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("left");
            var other = await program.RegisterAsync("new");
            await (change == "fixedPlace"
                ? program.RegisterAsync("needed", Map(("size", 1), ("fixedPlace", "there")))
                : program.RegisterAsync("needed", Map(("size", 1)), dependsOn: [other.Urn]));
        });

        Assert.False(result.Succeeded);
        Assert.Contains("Make what depends on it a target too", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
        Assert.Null(_stack.State.FindProblem());
        Assert.Contains("needed-1", _stack.Cloud.Resources.Keys);
    }

    [Fact]
    public async Task Up_ThatSparesADependent_SparesTheOldHalvesThatItNeeds()
    {
        await _stack.UpAsync(program => Program(program, "west"));
        _stack.Adjust = options => options with { Excludes = [Thing("user").Value] };
        var result = await _stack.UpAsync(program => Program(program, "east"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Null(_stack.State.FindProblem());

        static async Task Program(ProgramClient program, string provider)
        {
            await program.StackAsync();
            var p = await program.RegisterAsync(provider, Map(("region", provider)), type: "pulumi:providers:fake");
            var used = await program.RegisterAsync("used", options: request => request.Provider = ProgramClient.Reference(p));
            await program.RegisterAsync("user", dependsOn: [used.Urn]);
        }
    }

    private static async Task Late(ProgramClient program, int size, string? place)
    {
        await program.StackAsync();
        var inputs = place is null ? Map(("size", size)) : Map(("size", size), ("fixedPlace", place));
        var needed = await program.RegisterAsync("needed", inputs);
        await program.RegisterAsync("left", dependsOn: [needed.Urn]);
    }
}
