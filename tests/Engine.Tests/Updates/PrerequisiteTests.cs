using Scalelab.Engine.Tests.Support;

namespace Scalelab.Engine.Tests.Updates;

/// <summary>What an update waits for before it works on the first resource.</summary>
public sealed class PrerequisiteTests : IDisposable
{
    private readonly TaskCompletionSource _prerequisite = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TestStack _stack;

    public PrerequisiteTests() => _stack = new TestStack { Adjust = options => options with { Prerequisite = _prerequisite.Task } };

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Up_StartsTheProgramMeanwhile_AndMakesNothingBefore()
    {
        var update = _stack.UpAsync(Program);
        await _started.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.False(update.IsCompleted);
        Assert.Empty(_stack.Cloud.Operations);

        _prerequisite.SetResult();

        Assert.True((await update).Succeeded);
        Assert.Equal(["create a"], _stack.Cloud.Operations);
    }

    [Fact]
    public async Task Up_FailsWithIt_AndMakesNothing()
    {
        var update = _stack.UpAsync(Program);
        await _started.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        _prerequisite.SetException(new EngineException("The cluster does not answer."));

        Assert.False((await update).Succeeded);
        Assert.Equal(["The cluster does not answer."], _stack.Events.Errors);
        Assert.Empty(_stack.Cloud.Operations);
    }

    [Fact]
    public async Task Destroy_FailsWithIt_AndDeletesNothing()
    {
        _prerequisite.SetResult();
        await _stack.UpAsync(Program);
        _stack.Adjust = options => options with { Prerequisite = Task.FromException(new EngineException("The cluster does not answer.")) };

        Assert.False((await _stack.DestroyAsync()).Succeeded);
        Assert.Equal(["The cluster does not answer."], _stack.Events.Errors);
        Assert.Equal(["create a"], _stack.Cloud.Operations);
    }

    private async Task Program(ProgramClient program)
    {
        _started.TrySetResult();
        await program.StackAsync();
        await program.RegisterAsync("a");
    }
}
