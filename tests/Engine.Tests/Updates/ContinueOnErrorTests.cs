using Pulumirpc;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

public sealed class ContinueOnErrorTests : IDisposable
{
    private readonly TestStack _stack = new() { Adjust = options => options with { ContinueOnError = true } };

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Up_AfterAFailure_GoesOnWithWhatDoesNotDependOnIt()
    {
        var results = new List<Result>();
        var result = await _stack.UpAsync(program => Program(program, results));

        Assert.False(result.Succeeded);
        Assert.Equal([Result.Fail, Result.Skip, Result.Success], results);
        Assert.Equal(["create c"], _stack.Cloud.Operations);
        Assert.Single(_stack.Events.Errors);
    }

    [Fact]
    public async Task Up_AfterAFailure_DeletesWhatIsGoneButKeepsWhatFailed()
    {
        _stack.Cloud.CanFail = false;
        await _stack.UpAsync(async program =>
        {
            await Program(program, []);
            await program.RegisterAsync("old");
        });
        _stack.Cloud.Operations.Clear();
        _stack.Cloud.CanFail = true;
        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a", Map(("fail", "update")), options: request => request.SupportsResultReporting = true);
        });

        Assert.False(result.Succeeded);
        Assert.Contains("delete old", _stack.Cloud.Operations);
        Assert.Contains(_stack.State.Resources, resource => resource.Urn.Name == "a");
        Assert.Null(_stack.State.FindProblem());
    }

    [Fact]
    public async Task Up_AfterAPartialFailure_LeavesOutWhatDependsOnIt()
    {
        var skipped = Result.Success;
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            var a = await program.RegisterAsync("a", Map(("unready", true)), options: request => request.SupportsResultReporting = true);
            skipped = (await program.RegisterAsync("b", dependsOn: [a.Urn], options: request => request.SupportsResultReporting = true)).Result;
        });

        Assert.Equal(Result.Skip, skipped);
        Assert.Equal(["create a"], _stack.Cloud.Operations);
    }

    [Fact]
    public async Task Up_AfterAReplacementFailedInPart_KeepsWhatTheOldHalfNeeds()
    {
        await _stack.UpAsync(program => Replaced(program, needs: true));
        var result = await _stack.UpAsync(program => Replaced(program, needs: false));

        Assert.False(result.Succeeded);
        Assert.Null(_stack.State.FindProblem());
        Assert.Contains(_stack.State.Resources, resource => resource.Urn.Name == "needed");

        static async Task Replaced(ProgramClient program, bool needs)
        {
            await program.StackAsync();
            if (needs)
            {
                var needed = await program.RegisterAsync("needed");
                await program.RegisterAsync("a", Map(("fixedPlace", "here")), dependsOn: [needed.Urn]);
            }
            else
            {
                await program.RegisterAsync("a", Map(("fixedPlace", "there"), ("unready", true)), options: request => request.SupportsResultReporting = true);
            }
        }
    }

    private static async Task Program(ProgramClient program, List<Result> results)
    {
        await program.StackAsync();
        var a = await program.RegisterAsync("a", Map(("fail", "create")), options: Reporting);
        results.Add(a.Result);
        results.Add((await program.RegisterAsync("b", dependsOn: [a.Urn], options: Reporting)).Result);
        results.Add((await program.RegisterAsync("c", options: Reporting)).Result);

        static void Reporting(RegisterResourceRequest request) => request.SupportsResultReporting = true;
    }
}
