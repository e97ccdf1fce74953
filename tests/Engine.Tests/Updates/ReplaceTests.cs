using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

public sealed class ReplaceTests : IDisposable
{
    private readonly TestStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Up_WithChangedMutableInput_UpdatesInPlace()
    {
        await _stack.UpAsync(One("size", 1));
        var result = await _stack.UpAsync(One("size", 2));

        Assert.True(result.Succeeded);
        Assert.Equal(["create a", "update a"], _stack.Cloud.Operations);
        var step = _stack.Events.All.OfType<StepSucceeded>().Single(done => done.Step.Kind == StepKind.Update).Step;
        var change = Assert.Single(step.Changes);
        Assert.Equal(("size", "1", "2", false), (change.Path, change.Old!.ToJsonString(), change.New!.ToJsonString(), change.ForcesReplacement));
    }

    [Fact]
    public async Task Up_WithChangedFixedInput_CreatesTheNewBeforeItDeletesTheOld()
    {
        await _stack.UpAsync(One("fixedPlace", "here"));
        var result = await _stack.UpAsync(One("fixedPlace", "there"));

        Assert.True(result.Succeeded);
        Assert.Equal(["create a", "create a", "delete a"], _stack.Cloud.Operations);
        Assert.Equal(["Same lab-dev", "Replace a", "DeleteReplaced a"], _stack.Events.Steps);
        Assert.Equal(["a-2"], _stack.Cloud.Resources.Keys);
        Assert.Equal("a-2", Assert.Single(_stack.State.Resources, resource => resource.Urn.Name == "a").Id);
    }

    [Fact]
    public async Task Up_WithDeleteBeforeReplace_DeletesTheOldFirst()
    {
        await _stack.UpAsync(program => Program(program, "here"));
        var result = await _stack.UpAsync(program => Program(program, "there"));

        Assert.True(result.Succeeded);
        Assert.Equal(["create a", "delete a", "create a"], _stack.Cloud.Operations);

        static async Task Program(ProgramClient program, string place)
        {
            await program.StackAsync();
            await program.RegisterAsync("a", Map(("fixedPlace", place)), options: request =>
            {
                request.DeleteBeforeReplace = true;
                request.DeleteBeforeReplaceDefined = true;
            });
        }
    }

    [Fact]
    public async Task Up_WhereTheProviderWantsTheOldGone_TakesDependentsThatFollowWithIt()
    {
        await _stack.UpAsync(program => Program(program, "here"));
        _stack.Cloud.Operations.Clear();
        var result = await _stack.UpAsync(program => Program(program, "there"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["delete follower", "delete root", "create root", "create follower", "update bystander"], _stack.Cloud.Operations);
        Assert.Null(_stack.State.FindProblem());
        Assert.Equal(3, _stack.Cloud.Resources.Count);

        static async Task Program(ProgramClient program, string place)
        {
            await program.StackAsync();
            var root = await program.RegisterAsync("root", Map(("fixedPlace", place), ("exclusive", true)));
            await program.RegisterAsync("follower", Map(("fixedRoot", root.Id)), dependsOn: [root.Urn], options: request => request.PropertyDependencies["fixedRoot"].Urns.Add(root.Urn));
            await program.RegisterAsync("bystander", Map(("root", root.Id)), dependsOn: [root.Urn], options: request => request.PropertyDependencies["root"].Urns.Add(root.Urn));
        }
    }

    [Fact]
    public async Task Up_WithReplaceOnChanges_ReplacesForThatInputOnly()
    {
        await _stack.UpAsync(program => Program(program, 1, "x"));
        await _stack.UpAsync(program => Program(program, 2, "x"));
        await _stack.UpAsync(program => Program(program, 2, "y"));

        Assert.Equal(["create a", "update a", "create a", "delete a"], _stack.Cloud.Operations);

        static async Task Program(ProgramClient program, int size, string colour)
        {
            await program.StackAsync();
            await program.RegisterAsync("a", Map(("size", size), ("look", Map(("colour", colour)))), options: request => request.ReplaceOnChanges.Add("look.colour"));
        }
    }

    [Fact]
    public async Task Up_WithIgnoredChange_TouchesNothing()
    {
        await _stack.UpAsync(program => Program(program, 1));
        var result = await _stack.UpAsync(program => Program(program, 5));

        Assert.True(result.Succeeded);
        Assert.False(result.HasChanges);

        static async Task Program(ProgramClient program, int replicas)
        {
            await program.StackAsync();
            await program.RegisterAsync("a", Map(("spec", Map(("replicas", replicas)))), options: request => request.IgnoreChanges.Add("spec.replicas"));
        }
    }

    [Fact]
    public async Task Up_ThatWouldReplaceAProtectedResource_FailsAndKeepsIt()
    {
        await _stack.UpAsync(program => Program(program, "here"));
        var result = await _stack.UpAsync(program => Program(program, "there"));

        Assert.False(result.Succeeded);
        Assert.Contains("fixedPlace", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
        Assert.Equal(["a-1"], _stack.Cloud.Resources.Keys);

        static async Task Program(ProgramClient program, string place)
        {
            await program.StackAsync();
            await program.RegisterAsync("a", Map(("fixedPlace", place)), options: request => request.Protect = true);
        }
    }

    [Fact]
    public async Task Preview_OfReplacement_NamesTheChangeThatForcesIt()
    {
        await _stack.UpAsync(One("fixedPlace", "here"));
        var result = await _stack.PreviewAsync(One("fixedPlace", "there"));

        Assert.True(result.Succeeded);
        var step = _stack.Events.All.OfType<StepSucceeded>().Single(done => done.Step.Kind == StepKind.Replace).Step;
        Assert.True(Assert.Single(step.Changes).ForcesReplacement);
        Assert.Equal(["create a"], _stack.Cloud.Operations);
    }

    [Fact]
    public async Task Up_AfterTheProviderMoved_ReplacesWhatBelongedToIt()
    {
        await _stack.UpAsync(program => Program(program, "west"));
        var result = await _stack.UpAsync(program => Program(program, "east"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["create a", "create a", "delete a"], _stack.Cloud.Operations);
        Assert.Null(_stack.State.FindProblem());
        Assert.Equal(3, _stack.State.Resources.Length);

        static async Task Program(ProgramClient program, string region)
        {
            await program.StackAsync();
            var provider = await program.RegisterAsync("there", Map(("region", region)), type: "pulumi:providers:fake");
            await program.RegisterAsync("a", Map(("size", 1)), options: request => request.Provider = ProgramClient.Reference(provider));
        }
    }

    private static Func<ProgramClient, Task> One(string key, PropertyValue value) => async program =>
    {
        await program.StackAsync();
        await program.RegisterAsync("a", Map((key, value)));
    };
}
