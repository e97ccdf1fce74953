using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

public sealed class OrderTests : IDisposable
{
    private readonly TestStack _stack = new();

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Up_OfIndependentResources_CreatesThemAtTheSameTime()
    {
        var together = new Barrier(3);
        _stack.Cloud.During = together.ArriveAsync;

        var result = await _stack.UpAsync(Independent);

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(3, _stack.Cloud.MostAtOnce);
    }

    [Fact]
    public async Task Up_WithParallelOne_CreatesOneAtATime()
    {
        _stack.Parallel = 1;

        var result = await _stack.UpAsync(Independent);

        Assert.True(result.Succeeded);
        Assert.Equal(1, _stack.Cloud.MostAtOnce);
    }

    [Fact]
    public async Task Destroy_OfIndependentResources_DeletesThemAtTheSameTime()
    {
        await _stack.UpAsync(Independent);
        _stack.Cloud.During = new Barrier(3).ArriveAsync;

        var result = await _stack.DestroyAsync();

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
    }

    [Fact]
    public async Task Up_WithoutAResource_DeletesItAfterEverythingElse()
    {
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            var a = await program.RegisterAsync("a");
            await program.RegisterAsync("b", dependsOn: [a.Urn]);
        });
        _stack.Cloud.Operations.Clear();

        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("c");
        });

        Assert.Equal(["create c", "delete b", "delete a"], _stack.Cloud.Operations);
    }

    [Fact]
    public async Task Up_WithRetainOnDelete_ForgetsTheResourceAndKeepsItAlive()
    {
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a", options: request => request.RetainOnDelete = true);
        });

        var result = await _stack.DestroyAsync();

        Assert.True(result.Succeeded);
        Assert.Equal(["a-1"], _stack.Cloud.Resources.Keys);
        Assert.True(_stack.State.IsEmpty);
    }

    [Fact]
    public async Task Up_OfRenamedResourceWithAlias_KeepsIt()
    {
        await _stack.UpAsync(program => Program(program, "old", alias: null));
        var result = await _stack.UpAsync(program => Program(program, "new", alias: "old"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.False(result.HasChanges);
        Assert.Null(_stack.State.FindProblem());
        Assert.Contains(_stack.State.Resources, resource => resource.Urn == Thing("new") && resource.Id == "old-1");

        static async Task Program(ProgramClient program, string name, string? alias)
        {
            await program.StackAsync();
            var a = await program.RegisterAsync(name, options: request =>
            {
                if (alias is not null)
                {
                    request.Aliases.Add(new Pulumirpc.Alias { Spec = new() { Name = alias } });
                }
            });
            await program.RegisterAsync("child", dependsOn: [a.Urn]);
        }
    }

    [Fact]
    public async Task Up_OfChildrenOfARenamedComponent_KeepsThem()
    {
        await _stack.UpAsync(program => Program(program, "shop", alias: null));
        var result = await _stack.UpAsync(program => Program(program, "store", alias: "lab:index:Shop"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(["create shop-db"], _stack.Cloud.Operations);

        static async Task Program(ProgramClient program, string name, string? alias)
        {
            await program.StackAsync();
            var component = await program.RegisterAsync(name, type: alias is null ? "lab:index:Shop" : "lab:index:Store", options: request =>
            {
                request.Custom = false;
                if (alias is not null)
                {
                    request.Aliases.Add(new Pulumirpc.Alias { Spec = new() { Name = "shop", Type = alias } });
                }
            });
            await program.RegisterAsync($"{name}-db", options: request => request.Parent = component.Urn);
        }
    }

    private static async Task Independent(ProgramClient program)
    {
        await program.StackAsync();
        await Task.WhenAll(program.RegisterAsync("a"), program.RegisterAsync("b"), program.RegisterAsync("c"));
    }

    /// <summary>Lets operations pass only when all have begun.</summary>
    private sealed class Barrier(int count)
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _arrived;

        public Task ArriveAsync(string operation, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _arrived) == count)
            {
                _all.SetResult();
            }

            return _all.Task.WaitAsync(cancellationToken);
        }
    }
}
