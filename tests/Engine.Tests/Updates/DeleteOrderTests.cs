using Scalelab.Engine.State;
using Scalelab.Engine.Updates;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

public sealed class DeleteOrderTests
{
    private static readonly ResourceState Needed = new() { Urn = Thing("needed"), Custom = true };
    private static readonly ResourceState Dependent = new() { Urn = Thing("dependent"), Custom = true, Dependencies = [Needed.Urn] };

    [Fact]
    public async Task Run_WhileADependentIsBeingDeleted_LeavesWhatItNeeds()
    {
        var dependentGone = new TaskCompletionSource<bool>();
        var begun = new List<string>();

        var run = DeleteOrder.RunAsync([Needed, Dependent], DeleteAsync);

        Assert.Equal(["dependent"], begun);
        dependentGone.SetResult(true);
        Assert.True(await run);
        Assert.Equal(["dependent", "needed"], begun);

        Task<bool> DeleteAsync(ResourceState resource)
        {
            begun.Add(resource.Urn.Name);
            return resource == Dependent ? dependentGone.Task : Task.FromResult(true);
        }
    }

    [Fact]
    public async Task Run_AfterADependentFailed_LeavesWhatItNeeds()
    {
        var begun = new List<string>();

        Assert.False(await DeleteOrder.RunAsync([Needed, Dependent], resource =>
        {
            begun.Add(resource.Urn.Name);
            return Task.FromResult(false);
        }));

        Assert.Equal(["dependent"], begun);
    }

    [Fact]
    public async Task Run_OfTwoGenerationsThatDependOnEachOthersNames_Ends()
    {
        var replaced = Needed with { Delete = true, Dependencies = [Dependent.Urn] };

        Assert.True(await DeleteOrder.RunAsync([Needed, Dependent, replaced], _ => Task.FromResult(true)));
    }
}
