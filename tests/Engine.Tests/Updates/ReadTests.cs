using Pulumirpc;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

public sealed class ReadTests : IDisposable
{
    private readonly TestStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Get_OfWhatTheStackManaged_LetsItGoWithoutDeletingIt()
    {
        await _stack.UpAsync(Managed);
        var id = Assert.Single(_stack.Cloud.Resources.Keys);
        var result = await _stack.UpAsync(program => GetAsync(program, id));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.True(_stack.State.Resources.Single(resource => resource.Urn.Name == "a").External);
        Assert.True((await _stack.DestroyAsync()).Succeeded);
        Assert.Equal([id], _stack.Cloud.Resources.Keys);
    }

    [Fact]
    public async Task Get_OfAnotherUnderAManagedName_DeletesTheManagedOne()
    {
        _stack.Cloud.Resources["there"] = Map(("size", 1));
        await _stack.UpAsync(Managed);
        var result = await _stack.UpAsync(program => GetAsync(program, "there"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["there"], _stack.Cloud.Resources.Keys);
        Assert.Null(_stack.State.FindProblem());
    }

    [Fact]
    public async Task Up_OfWhatWasReadBefore_CreatesIt()
    {
        _stack.Cloud.Resources["there"] = Map(("size", 1));
        await _stack.UpAsync(program => GetAsync(program, "there"));
        var result = await _stack.UpAsync(Managed);

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["create a"], _stack.Cloud.Operations);
        Assert.Equal(2, _stack.Cloud.Resources.Count);
    }

    private static async Task Managed(ProgramClient program)
    {
        await program.StackAsync();
        await program.RegisterAsync("a");
    }

    private static async Task GetAsync(ProgramClient program, string id)
    {
        await program.StackAsync();
        await program.Monitor.ReadResourceAsync(new ReadResourceRequest { Type = "fake:index:Thing", Name = "a", Id = id, AcceptSecrets = true });
    }
}
