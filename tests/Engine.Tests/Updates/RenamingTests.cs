using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

/// <summary>Resources that get another name while others, in the middle of their own changes, refer to them.</summary>
public sealed class RenamingTests : IDisposable
{
    private readonly TestStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Up_WithRenamedCompanion_KeepsTheStateValidAtEveryMoment()
    {
        await _stack.UpAsync(program => Program(program, "a"));
        string? problem = null;
        _stack.Cloud.During = (_, _) =>
        {
            problem ??= _stack.State.FindProblem();
            return Task.CompletedTask;
        };
        var result = await _stack.UpAsync(async program =>
        {
            await Program(program, "b");
            await program.RegisterAsync("last");
        });

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Null(problem);

        static async Task Program(ProgramClient program, string name)
        {
            await program.StackAsync();
            var a = await program.RegisterAsync(name, options: request => request.AliasURNs.Add(Thing("a").Value));
            if (name == "a")
            {
                await program.RegisterAsync("companion", options: request => request.ReplaceWith.Add(a.Urn));
            }
            else
            {
                await program.RegisterAsync("first");
            }
        }
    }

    [Fact]
    public async Task Up_WithRenamedProviderAndReplacedResource_DeletesTheOldHalf()
    {
        await _stack.UpAsync(program => Program(program, "p", "here"));
        var result = await _stack.UpAsync(program => Program(program, "q", "there"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["create a", "create a", "delete a"], _stack.Cloud.Operations);
        Assert.Null(_stack.State.FindProblem());
    }

    [Fact]
    public async Task Up_WithRenamedProviderWhoseOldHalfStillStands_KeepsTheTwoApart()
    {
        // The provider is replaced, and the deletion of what the old one made fails: its old half stays.
        await _stack.UpAsync(program => Program(program, "p", "here", "west", fails: "delete"));
        await _stack.UpAsync(program => Program(program, "p", "here", "east"));
        Assert.Equal(2, _stack.State.Resources.Count(resource => resource.Type == "pulumi:providers:fake"));
        string? problem = null;
        _stack.Cloud.During = (_, _) =>
        {
            problem ??= _stack.State.FindProblem();
            return Task.CompletedTask;
        };
        _stack.Cloud.CanFail = false;
        var result = await _stack.UpAsync(program => Program(program, "q", "there", "east"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Null(problem);
        Assert.Single(_stack.Cloud.Resources);
        Assert.Null(_stack.State.FindProblem());
    }

    [Fact]
    public async Task Up_ThatIsCutOffAfterARenamedResourceWasReplaced_LeavesNoReferenceToTheOldName()
    {
        await _stack.UpAsync(program => Program(program, "a", "here"));
        await _stack.UpAsync(async program =>
        {
            await Program(program, "b", "there", declaresUser: false);
            await program.RegisterAsync("invalid", Map(("invalid", true)));
        });

        Assert.Null(_stack.State.FindProblem());
        Assert.Equal([Thing("b")], _stack.State.Resources.Single(resource => resource.Urn.Name == "user").Dependencies);

        static async Task Program(ProgramClient program, string name, string place, bool declaresUser = true)
        {
            await program.StackAsync();
            var a = await program.RegisterAsync(name, Map(("fixedPlace", place)), options: request => request.AliasURNs.Add(Thing("a").Value));
            if (declaresUser)
            {
                await program.RegisterAsync("user", dependsOn: [a.Urn]);
            }
        }
    }

    private static async Task Program(ProgramClient program, string provider, string place, string region = "west", string fails = "")
    {
        await program.StackAsync();
        var p = await program.RegisterAsync(provider, Map(("region", region)), type: "pulumi:providers:fake", options: request =>
            request.Aliases.Add(new Pulumirpc.Alias { Spec = new() { Name = "p" } }));
        var inputs = Map(("fixedPlace", (PropertyValue)place));
        await program.RegisterAsync("a", fails.Length > 0 ? inputs.With("fail", fails) : inputs, options: request => request.Provider = ProgramClient.Reference(p));
    }
}
