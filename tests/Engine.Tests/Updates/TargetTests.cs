using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

public sealed class TargetTests : IDisposable
{
    private readonly TestStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Up_WithTarget_LeavesOthersAsTheyAre()
    {
        await _stack.UpAsync(Chain(1));
        _stack.Cloud.Operations.Clear();
        _stack.Adjust = options => options with { Targets = [Thing("b").Value] };
        var result = await _stack.UpAsync(Chain(2));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["update b"], _stack.Cloud.Operations);
        Assert.Null(_stack.State.FindProblem());
    }

    [Fact]
    public async Task Up_WithTargetDependents_FollowsThem()
    {
        await _stack.UpAsync(Chain(1));
        _stack.Cloud.Operations.Clear();
        _stack.Adjust = options => options with { Targets = ["**::b"], TargetDependents = true };
        await _stack.UpAsync(Chain(2));

        Assert.Equal(["update b", "update c"], _stack.Cloud.Operations);
    }

    [Fact]
    public async Task Up_WithTarget_DoesNotCreateOthers()
    {
        _stack.Adjust = options => options with { Targets = [Thing("a").Value] };
        var unknown = false;
        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a");
            unknown = (await program.RegisterAsync("b")).Unknown;
        });

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.True(unknown);
        Assert.Equal(["create a"], _stack.Cloud.Operations);
    }

    [Fact]
    public async Task Up_WithTargetThatNeedsWhatIsNoTarget_NamesIt()
    {
        _stack.Adjust = options => options with { Targets = [Thing("b").Value] };
        var result = await _stack.UpAsync(Chain(1));

        Assert.False(result.Succeeded);
        Assert.Contains($"--target '{Thing("a")}'", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_WithUnknownTarget_Fails()
    {
        _stack.Adjust = options => options with { Targets = [Thing("nobody").Value] };
        var result = await _stack.UpAsync(Chain(1));

        Assert.False(result.Succeeded);
        Assert.Contains("There is no resource", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_WithTarget_DeletesOnlyThatOfWhatIsGoneFromTheProgram()
    {
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("x");
            await program.RegisterAsync("y");
        });
        _stack.Cloud.Operations.Clear();
        _stack.Adjust = options => options with { Targets = [Thing("x").Value] };
        var result = await _stack.UpAsync(program => program.StackAsync());

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["delete x"], _stack.Cloud.Operations);
        Assert.Contains(_stack.State.Resources, resource => resource.Urn.Name == "y");
    }

    [Fact]
    public async Task Up_WithUntargetedResourceThatNeedsWhatTheProgramDropped_KeepsBothInOrder()
    {
        await _stack.UpAsync(Chain(1));
        _stack.Adjust = options => options with { Targets = ["**::c"] };
        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            var b = await program.RegisterAsync("b", Map(("size", 1)));
            await program.RegisterAsync("c", Map(("size", 7)), dependsOn: [b.Urn]);
        });

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Null(_stack.State.FindProblem());
        Assert.Equal(3, _stack.Cloud.Resources.Count);
    }

    [Fact]
    public async Task Up_WithExclude_LeavesThatAndFollowsWithTheRest()
    {
        await _stack.UpAsync(Chain(1));
        _stack.Cloud.Operations.Clear();
        _stack.Adjust = options => options with { Excludes = [Thing("b").Value] };
        await _stack.UpAsync(Chain(2));

        Assert.Equal(["update a", "update c"], _stack.Cloud.Operations);
    }

    [Fact]
    public async Task Up_WithExcludeDependents_LeavesThemToo()
    {
        await _stack.UpAsync(Chain(1));
        _stack.Cloud.Operations.Clear();
        _stack.Adjust = options => options with { Excludes = [Thing("b").Value], ExcludeDependents = true };
        await _stack.UpAsync(Chain(2));

        Assert.Equal(["update a"], _stack.Cloud.Operations);
    }

    [Fact]
    public async Task Up_WithReplace_ReplacesWhatDidNotChange()
    {
        await _stack.UpAsync(Chain(1));
        _stack.Cloud.Operations.Clear();
        _stack.Adjust = options => options with { Replaces = [Thing("b").Value] };
        var result = await _stack.UpAsync(Chain(1));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["create b", "delete b"], _stack.Cloud.Operations);
    }

    [Fact]
    public async Task Destroy_WithTargetThatOthersNeed_NamesThem()
    {
        await _stack.UpAsync(Chain(1));
        _stack.Adjust = options => options with { Targets = [Thing("b").Value] };
        var result = await _stack.DestroyAsync();

        Assert.False(result.Succeeded);
        Assert.Contains("--target-dependents", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
        Assert.Equal(3, _stack.Cloud.Resources.Count);
    }

    [Fact]
    public async Task Destroy_WithTargetDependents_DeletesThoseOnly()
    {
        await _stack.UpAsync(Chain(1));
        _stack.Cloud.Operations.Clear();
        _stack.Adjust = options => options with { Targets = [Thing("b").Value], TargetDependents = true };
        var result = await _stack.DestroyAsync();

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["delete c", "delete b"], _stack.Cloud.Operations);
        Assert.Null(_stack.State.FindProblem());
    }

    [Fact]
    public async Task Destroy_WithExclude_SparesItAndWhatItNeeds()
    {
        await _stack.UpAsync(Chain(1));
        _stack.Cloud.Operations.Clear();
        _stack.Adjust = options => options with { Excludes = [Thing("b").Value] };
        var result = await _stack.DestroyAsync();

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["delete c"], _stack.Cloud.Operations);
    }

    [Theory]
    [InlineData("urn:pulumi:dev::lab::fake:index:Thing::a", true)]
    [InlineData("urn:pulumi:dev::lab::fake:*:Thing::a", true)]
    [InlineData("urn:pulumi:dev::lab::*::a", false)]
    [InlineData("**:a", true)]
    [InlineData("**::b", false)]
    public void Match_OfPatterns_IsThatOfTheCli(string pattern, bool matches) => Assert.Equal(matches, new Engine.Updates.UrnPatterns([pattern]).Match(Thing("a")));

    private static Func<ProgramClient, Task> Chain(int size) => async program =>
    {
        await program.StackAsync();
        var a = await program.RegisterAsync("a", Map(("size", size)));
        var b = await program.RegisterAsync("b", Map(("size", size)), dependsOn: [a.Urn]);
        await program.RegisterAsync("c", Map(("size", size)), dependsOn: [b.Urn]);
    };
}
