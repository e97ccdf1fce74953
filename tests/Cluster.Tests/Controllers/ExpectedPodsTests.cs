using k8s.Models;
using Scalelab.Cluster.Controllers.Disruption;

namespace Scalelab.Cluster.Tests.Controllers;

public sealed class ExpectedPodsTests
{
    [Theory]
    [InlineData("2", null, 3, 2)]
    [InlineData("50%", null, 5, 3)]
    [InlineData(null, "1", 5, 4)]
    [InlineData(null, "30%", 5, 3)]
    [InlineData(null, "9", 5, 0)]
    [InlineData(null, null, 0, 0)]
    public void Of_ThreePodsOfASetOfFive_CountsAsTheBudgetDoes(string? available, string? unavailable, int expected, int healthy)
    {
        var result = ExpectedPods.Of(Budget(available, unavailable), [Pod("a", true), Pod("b", true), Pod("c", true)], _ => ("set", 5));

        Assert.Equal((expected, healthy), (result.Expected, result.DesiredHealthy));
    }

    [Fact]
    public void Of_PodsThatNobodyManages_NamesThem() =>
        Assert.Equal("b", Assert.Single(ExpectedPods.Of(Budget(null, "1"), [Pod("a", true), Pod("b", false)], _ => ("set", 1)).Unmanaged).Metadata.Name);

    [Fact]
    public void Of_PodWhoseManagerIsGone_Fails() => Assert.Equal(
        "found no controllers for pod \"a\"", Assert.Throws<ExpectedPodsException>(() => ExpectedPods.Of(Budget(null, "1"), [Pod("a", true)], _ => null)).Message);

    private static V1PodDisruptionBudget Budget(string? available, string? unavailable) => new()
    {
        Spec = new V1PodDisruptionBudgetSpec { MinAvailable = available is null ? null : (IntOrString)available, MaxUnavailable = unavailable is null ? null : (IntOrString)unavailable },
    };

    private static V1Pod Pod(string name, bool managed) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, OwnerReferences = managed ? [new V1OwnerReference { Kind = "ReplicaSet", Name = "set", Uid = "set", Controller = true }] : null },
    };
}
