using Scalelab.Engine.Events;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

public sealed class LifecycleTests : IDisposable
{
    private readonly TestStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Up_OfNewProgram_CreatesResourcesAndKeepsOutputs()
    {
        var result = await _stack.UpAsync(async program =>
        {
            var stack = await program.StackAsync();
            var a = await program.RegisterAsync("a", Map(("size", 3)));
            await program.OutputsAsync(stack, Map(("id", a.Id)));
        });

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["Create lab-dev", "Create a"], _stack.Events.Steps);
        Assert.Equal("a-1", result.Outputs["id"].Value!.GetValue<string>());
        Assert.Null(_stack.State.FindProblem());
        Assert.Equal(["a-1"], _stack.Cloud.Resources.Keys);
    }

    [Fact]
    public async Task Up_WithoutChanges_TouchesNothing()
    {
        await _stack.UpAsync(TwoThings);
        var before = await File.ReadAllBytesAsync(_stack.StatePath, TestContext.Current.CancellationToken);
        _stack.Cloud.Operations.Clear();

        var result = await _stack.UpAsync(TwoThings);

        Assert.True(result.Succeeded);
        Assert.False(result.HasChanges);
        Assert.Equal(3, result.Counts[StepKind.Same]);
        Assert.Empty(_stack.Cloud.Operations);
        Assert.Equal(before, await File.ReadAllBytesAsync(_stack.StatePath, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Preview_OfNewProgram_ChangesNothing()
    {
        var result = await _stack.PreviewAsync(TwoThings);

        Assert.True(result.Succeeded);
        Assert.Equal(3, result.Counts[StepKind.Create]);
        Assert.Empty(_stack.Cloud.Operations);
        Assert.False(Directory.Exists(_stack.StateFolder));
    }

    [Fact]
    public async Task Destroy_AfterUp_DeletesDependentsFirstAndLeavesNoState()
    {
        await _stack.UpAsync(TwoThings);
        _stack.Cloud.Operations.Clear();

        var result = await _stack.DestroyAsync();

        Assert.True(result.Succeeded);
        Assert.Equal(["delete b", "delete a"], _stack.Cloud.Operations);
        Assert.Empty(_stack.Cloud.Resources);
        Assert.False(File.Exists(_stack.StatePath));
    }

    private static async Task TwoThings(ProgramClient program)
    {
        await program.StackAsync();
        var a = await program.RegisterAsync("a", Map(("size", 1)));
        await program.RegisterAsync("b", Map(("of", a.Id)), dependsOn: [a.Urn]);
    }
}
