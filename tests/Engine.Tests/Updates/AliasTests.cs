using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

public sealed class AliasTests : IDisposable
{
    private const string Component = "lab:index:Group";

    private readonly TestStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Up_WithRenamedChildOfARenamedParent_FindsItUnderBothNames()
    {
        await _stack.UpAsync(Program("group", "group-a", parentAlias: null, childAlias: null));
        var result = await _stack.UpAsync(Program("team", "team-b", parentAlias: "group", childAlias: "team-a"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.False(result.HasChanges);
        Assert.Equal(["create group-a"], _stack.Cloud.Operations);
        Assert.Null(_stack.State.FindProblem());
    }

    [Fact]
    public async Task Up_WithTheAliasOfAnotherResource_IsRefused()
    {
        await _stack.UpAsync(program => One(program, "a"));
        var result = await _stack.UpAsync(async program =>
        {
            await One(program, "a");
            await program.RegisterAsync("b", options: request => request.Aliases.Add(new Pulumirpc.Alias { Spec = new() { Name = "a" } }));
        });

        Assert.False(result.Succeeded);
        Assert.Contains("is an alias of", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
        Assert.Single(_stack.Cloud.Resources);
    }

    [Fact]
    public async Task Up_WithOneAliasForTwo_IsRefused()
    {
        await _stack.UpAsync(program => One(program, "a"));
        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("b", options: request => request.AliasURNs.Add(Thing("a").Value));
            await program.RegisterAsync("c", options: request => request.AliasURNs.Add(Thing("a").Value));
        });

        Assert.False(result.Succeeded);
        Assert.Contains("has taken it over already", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_WithANameThatAnAliasTookOver_IsRefused()
    {
        await _stack.UpAsync(program => One(program, "a"));
        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("b", options: request => request.AliasURNs.Add(Thing("a").Value));
            await program.RegisterAsync("a");
        });

        Assert.False(result.Succeeded);
        Assert.Contains("taken over as an alias", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    private static Func<ProgramClient, Task> Program(string group, string child, string? parentAlias, string? childAlias) => async program =>
    {
        await program.StackAsync();
        var parent = await program.RegisterAsync(group, type: Component, options: request =>
        {
            request.Custom = false;
            if (parentAlias is not null)
            {
                request.Aliases.Add(new Pulumirpc.Alias { Spec = new() { Name = parentAlias } });
            }
        });
        await program.RegisterAsync(child, options: request =>
        {
            request.Parent = parent.Urn;
            if (childAlias is not null)
            {
                request.Aliases.Add(new Pulumirpc.Alias { Spec = new() { Name = childAlias } });
            }
        });
    };

    private static async Task One(ProgramClient program, string name)
    {
        await program.StackAsync();
        await program.RegisterAsync(name);
    }
}
