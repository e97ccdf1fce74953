using Scalelab.Engine.Events;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

public sealed class ImportTests : IDisposable
{
    private readonly TestStack _stack = new();

    public ImportTests()
    {
        _stack.Cloud.Resources["there"] = Map(("size", 1), ("echo", "echo of there"));
    }

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Up_WithImportId_TakesTheResourceOver()
    {
        var result = await _stack.UpAsync(Program(1, "there"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Contains("Import a", _stack.Events.Steps);
        Assert.Empty(_stack.Cloud.Operations);
        var state = Assert.Single(_stack.State.Resources, resource => resource.Urn.Name == "a");
        Assert.Equal("there", state.Id);
        Assert.Equal("there", state.ImportId);
        Assert.Equal(Map(("size", 1)), state.Inputs);
    }

    [Fact]
    public async Task Up_AfterAnImport_ChangesNothingWithOrWithoutTheOption()
    {
        await _stack.UpAsync(Program(1, "there"));

        Assert.False((await _stack.UpAsync(Program(1, "there"))).HasChanges);
        Assert.False((await _stack.UpAsync(Program(1, ""))).HasChanges);
        Assert.Empty(_stack.Cloud.Operations);
    }

    [Fact]
    public async Task Up_WithOtherInputsThanTheImportedResourceHas_UpdatesItAndShowsWhat()
    {
        var result = await _stack.UpAsync(Program(2, "there"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["Import a", "Update a"], _stack.Events.Steps.Where(step => step.EndsWith(" a", StringComparison.Ordinal)));
        Assert.Equal("size", Assert.Single(_stack.Events.All.OfType<StepSucceeded>().Single(done => done.Step.Kind == StepKind.Update).Step.Changes).Path);
        Assert.Null(_stack.State.FindProblem());
    }

    [Fact]
    public async Task Up_WithImportIdOfNothing_Fails()
    {
        var result = await _stack.UpAsync(Program(1, "nowhere"));

        Assert.False(result.Succeeded);
        Assert.Contains("'nowhere' does not exist", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
        Assert.DoesNotContain(_stack.State.Resources, resource => resource.Urn.Name == "a");
    }

    [Fact]
    public async Task Up_WithImportIdOfAnother_TakesThatOneInPlaceOfTheOld()
    {
        await _stack.UpAsync(Program(1, ""));
        var result = await _stack.UpAsync(Program(1, "there"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["create a", "delete a"], _stack.Cloud.Operations);
        Assert.Equal(["there"], _stack.Cloud.Resources.Keys);
        Assert.Equal("there", Assert.Single(_stack.State.Resources, resource => resource.Urn.Name == "a").Id);
    }

    [Fact]
    public async Task Up_WithTheImportIdOfWhatHadAnotherName_KeepsTheObject()
    {
        await _stack.UpAsync(Program(1, "there"));

        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("b", Map(("size", 1)), options: request => request.ImportId = "there");
        });

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Empty(_stack.Cloud.Operations);
        Assert.Equal("b", Assert.Single(_stack.State.Resources, resource => resource.Id == "there").Urn.Name);
    }

    [Fact]
    public async Task Up_ThatWouldReplaceTheImported_IsRefused()
    {
        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a", Map(("fixedPlace", "here")), options: request => request.ImportId = "there");
        });

        Assert.False(result.Succeeded);
        Assert.Contains("fixedPlace", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
        Assert.Equal(["there"], _stack.Cloud.Resources.Keys);
    }

    [Fact]
    public async Task Up_ThatRefusesToImportWhatHadAnotherName_LeavesTheStateAsItWas()
    {
        await _stack.UpAsync(Program(1, "there"));
        var before = _stack.State;

        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("b", Map(("fixedPlace", "here")), options: request => request.ImportId = "there");
        });

        Assert.False(result.Succeeded);
        Assert.Equal(before.Resources.Select(resource => resource.Urn), _stack.State.Resources.Select(resource => resource.Urn));
    }

    [Fact]
    public async Task Up_WithTheImportIdOfWhatOthersNeed_MovesTheirReferences()
    {
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            var a = await program.RegisterAsync("a", Map(("size", 1)), options: request => request.ImportId = "there");
            await program.RegisterAsync("needs", Map(("size", 1)), options: request => request.Dependencies.Add(a.Urn));
        });

        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("b", Map(("size", 1)), options: request => request.ImportId = "there");
            throw new InvalidOperationException("The program ends in the middle.");
        });

        Assert.False(result.Succeeded);
        Assert.Null(_stack.State.FindProblem());
        Assert.Equal("b", Assert.Single(_stack.State.Resources, resource => resource.Id == "there").Urn.Name);
        Assert.Equal("b", Assert.Single(_stack.State.Resources.Single(resource => resource.Urn.Name == "needs").Dependencies).Name);
    }

    [Fact]
    public async Task Up_OfTwoThatManageOneObject_IsRefused()
    {
        await _stack.UpAsync(Program(1, "there"));

        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a", Map(("size", 1)));
            await program.RegisterAsync("b", Map(("size", 1)), options: request => request.ImportId = "there");
        });

        Assert.False(result.Succeeded);
        Assert.Contains("manages already", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
        Assert.Null(_stack.State.FindProblem());
    }

    private static Func<ProgramClient, Task> Program(int size, string importId) => async program =>
    {
        await program.StackAsync();
        await program.RegisterAsync("a", Map(("size", size)), options: request => request.ImportId = importId);
    };
}
