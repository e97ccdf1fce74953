using k8s.Models;
using Scalelab.Cluster.Controllers.Deployments;

namespace Scalelab.Cluster.Tests.Controllers;

public sealed class RolloutMathTests
{
    [Theory]
    [InlineData(3, "25%", "25%", 1, 0)]
    [InlineData(4, "25%", "25%", 1, 1)]
    [InlineData(10, "25%", "25%", 3, 2)]
    [InlineData(5, "100%", "0", 5, 0)]
    [InlineData(5, "0", "1", 0, 1)]
    [InlineData(5, "0", "0", 0, 1)]
    [InlineData(1, "0%", "10%", 0, 1)]
    [InlineData(2, "0", "5", 0, 2)]
    [InlineData(0, "25%", "25%", 0, 0)]
    public void Bounds_OfRollingUpdate_RoundSurgeUpAndUnavailableDown(int replicas, string surge, string unavailable, int maxSurge, int maxUnavailable)
    {
        var deployment = Deployment(replicas, surge, unavailable);

        Assert.Equal((maxSurge, maxUnavailable), (RolloutMath.MaxSurge(deployment), RolloutMath.MaxUnavailable(deployment)));
    }

    [Theory]
    [InlineData(3, 3, 0, 1)]
    [InlineData(3, 2, 1, 2)]
    [InlineData(3, 1, 3, 3)]
    [InlineData(10, 10, 0, 3)]
    public void NewSize_DuringRollout_FillsTheRoomThatIsLeft(int replicas, int old, int present, int expected)
    {
        var deployment = Deployment(replicas, "25%", "25%");
        V1ReplicaSet[] all = [new() { Spec = new V1ReplicaSetSpec { Replicas = old } }, new() { Spec = new V1ReplicaSetSpec { Replicas = present } }];

        Assert.Equal(expected, RolloutMath.NewSize(deployment, all, present));
    }

    private static V1Deployment Deployment(int replicas, string surge, string unavailable) => new()
    {
        Spec = new V1DeploymentSpec
        {
            Replicas = replicas,
            Strategy = new V1DeploymentStrategy { Type = "RollingUpdate", RollingUpdate = new V1RollingUpdateDeployment { MaxSurge = surge, MaxUnavailable = unavailable } },
        },
    };
}
