using System.Collections.Immutable;
using Scalelab.Engine.Secrets;
using Scalelab.Engine.State;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

/// <summary>The engine was killed: the state on disk is what it was at that moment, and the cloud may or may not have done its part.</summary>
public sealed class InterruptionTests : IDisposable
{
    private readonly TestStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Up_KilledAfterACreation_TakesTheResourceOver()
    {
        var killed = await StateDuringAsync("create a", Program(1));
        Assert.Single(_stack.Cloud.Resources);
        killed.Restore(_stack);
        _stack.Cloud.Operations.Clear();

        var result = await _stack.UpAsync(Program(1));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["update a"], _stack.Cloud.Operations);
        Assert.Single(_stack.Cloud.Resources);
        Assert.Empty(_stack.State.PendingOperations);
    }

    [Fact]
    public async Task Up_KilledBeforeACreation_CreatesIt()
    {
        var killed = await StateDuringAsync("create a", Program(1));
        _stack.Cloud.Resources.Clear();
        killed.Restore(_stack);

        var result = await _stack.UpAsync(Program(1));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Single(_stack.Cloud.Resources);
    }

    [Fact]
    public async Task Up_KilledDuringAnUpdate_UpdatesAgainEvenBackToTheOldInputs()
    {
        await _stack.UpAsync(Program(1));
        var killed = await StateDuringAsync("update a", Program(2));
        killed.Restore(_stack);
        _stack.Cloud.Operations.Clear();

        var result = await _stack.UpAsync(Program(1));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["update a"], _stack.Cloud.Operations);
        Assert.False((await _stack.UpAsync(Program(1))).HasChanges);
    }

    [Fact]
    public async Task Up_KilledDuringADestroy_CreatesWhatIsGone()
    {
        await _stack.UpAsync(Program(1));
        StateImage? killed = null;
        _stack.Cloud.During = (_, _) =>
        {
            killed = StateImage.Take(_stack);
            return Task.CompletedTask;
        };
        await _stack.DestroyAsync();
        _stack.Cloud.During = (_, _) => Task.CompletedTask;
        killed!.Restore(_stack);

        var result = await _stack.UpAsync(Program(1));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Single(_stack.Cloud.Resources);
        Assert.Null(_stack.State.FindProblem());
    }

    [Fact]
    public async Task Preview_AfterAnInterruption_SaysSoAndChangesNothing()
    {
        var killed = await StateDuringAsync("create a", Program(1));
        killed.Restore(_stack);

        await _stack.PreviewAsync(Program(1));

        Assert.Contains(_stack.Events.All.OfType<Engine.Events.Diagnostic>(), diagnostic => diagnostic.Message.Contains("interrupted", StringComparison.Ordinal));
        Assert.Equal(killed, StateImage.Take(_stack));
    }

    [Fact]
    public async Task Operations_WhileTheyRun_StandInTheStateAsPending()
    {
        ImmutableArray<PendingOperation> pending = [];
        _stack.Cloud.During = (_, _) =>
        {
            pending = new StateFile(_stack.StateFolder, Name, new DeskKeySecretsManager(_stack.StateFolder), TimeProvider.System).Read().PendingOperations;
            return Task.CompletedTask;
        };

        await _stack.UpAsync(Program(1));

        var operation = Assert.Single(pending);
        Assert.Equal((OperationType.Creating, Thing("a")), (operation.Type, operation.Resource.Urn));
    }

    private static Func<ProgramClient, Task> Program(int size) => async program =>
    {
        await program.StackAsync();
        await program.RegisterAsync("a", Map(("id", "a-fixed"), ("size", size)));
    };

    private async Task<StateImage> StateDuringAsync(string operation, Func<ProgramClient, Task> program)
    {
        StateImage? state = null;
        _stack.Cloud.During = (running, _) =>
        {
            state = running == operation ? StateImage.Take(_stack) : state;
            return Task.CompletedTask;
        };
        await _stack.UpAsync(program);
        _stack.Cloud.During = (_, _) => Task.CompletedTask;
        return state!;
    }
}
