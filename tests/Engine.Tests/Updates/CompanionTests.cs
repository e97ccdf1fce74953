using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

/// <summary>Resources that share the fate of others: deletedWith, replaceWith, replacementTrigger.</summary>
public sealed class CompanionTests : IDisposable
{
    private readonly TestStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Destroy_WithDeletedWith_DeletesTheOwnerOnly()
    {
        await _stack.UpAsync(program => WithOwner(program, "here", ""));
        _stack.Cloud.Operations.Clear();
        var result = await _stack.DestroyAsync();

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["delete owner"], _stack.Cloud.Operations);
    }

    [Fact]
    public async Task Up_WithoutAResourceDeletedWithALivingOne_DeletesIt()
    {
        await _stack.UpAsync(program => WithOwner(program, "here", ""));
        _stack.Cloud.Operations.Clear();
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("owner", Map(("fixedPlace", "here")));
        });

        Assert.Equal(["delete part"], _stack.Cloud.Operations);
    }

    [Fact]
    public async Task Destroy_OfAPartThatDidNotBecomeReady_DeletesItToo()
    {
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            var owner = await program.RegisterAsync("owner");
            await program.RegisterAsync("part", Map(("unready", true)), options: request => request.DeletedWith = owner.Urn);
        });
        _stack.Cloud.Operations.Clear();
        await _stack.DestroyAsync();

        Assert.Equal(["delete part", "delete owner"], _stack.Cloud.Operations);
    }

    [Theory]
    [InlineData(false, new[] { "create owner", "create part", "delete owner" })]
    [InlineData(true, new[] { "delete owner", "create owner", "create part" })]
    public async Task Up_ThatReplacesTheOwner_ReplacesWhatIsDeletedWithIt(bool exclusive, string[] operations)
    {
        var extra = exclusive ? "exclusive" : "";
        await _stack.UpAsync(program => WithOwner(program, "here", extra));
        _stack.Cloud.Operations.Clear();
        var result = await _stack.UpAsync(program => WithOwner(program, "there", extra));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(operations, _stack.Cloud.Operations);
        Assert.Null(_stack.State.FindProblem());
    }

    [Fact]
    public async Task Up_ThatReplacesOneOfReplaceWith_ReplacesTheResource()
    {
        await _stack.UpAsync(program => Program(program, "here"));
        _stack.Cloud.Operations.Clear();
        var result = await _stack.UpAsync(program => Program(program, "there"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["create leader", "create follower", "delete follower", "delete leader"], _stack.Cloud.Operations);

        static async Task Program(ProgramClient program, string place)
        {
            await program.StackAsync();
            var leader = await program.RegisterAsync("leader", Map(("fixedPlace", place)));
            await program.RegisterAsync("follower", Map(("size", 1)), options: request => request.ReplaceWith.Add(leader.Urn));
        }
    }

    [Fact]
    public async Task Up_WithAnotherReplacementTrigger_ReplacesOnce()
    {
        await _stack.UpAsync(Triggered("v1"));
        await _stack.UpAsync(Triggered("v1"));
        var result = await _stack.UpAsync(Triggered("v2"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["create a", "create a", "delete a"], _stack.Cloud.Operations);
        Assert.False((await _stack.UpAsync(Triggered("v2"))).HasChanges);
    }

    [Fact]
    public async Task Up_WithItsFirstReplacementTrigger_OnlyTakesNote()
    {
        await _stack.UpAsync(Triggered(null));
        var result = await _stack.UpAsync(Triggered("v1"));

        Assert.False(result.HasChanges);
    }

    private static async Task WithOwner(ProgramClient program, string place, string extra)
    {
        await program.StackAsync();
        var inputs = extra.Length > 0 ? Map(("fixedPlace", place), (extra, true)) : Map(("fixedPlace", place));
        var owner = await program.RegisterAsync("owner", inputs);
        await program.RegisterAsync("part", Map(("size", 1)), options: request => request.DeletedWith = owner.Urn);
    }

    private static Func<ProgramClient, Task> Triggered(string? trigger) => async program =>
    {
        await program.StackAsync();
        await program.RegisterAsync("a", options: request =>
            request.ReplacementTrigger = trigger is null ? null : Google.Protobuf.WellKnownTypes.Value.ForString(trigger));
    };
}
