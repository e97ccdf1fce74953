using k8s.Models;
using Scalelab.Cluster.Controllers.ReplicaSets;

namespace Scalelab.Cluster.Tests.Controllers;

/// <summary>The documented ranks, each against its neighbour: the first pod of a pair goes first.</summary>
public sealed class DeletionOrderTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Compare_UnassignedPod_GoesBeforeAnAssignedOne() => AssertFirst(Pod(node: ""), Pod(phase: "Pending", ready: false));

    [Theory]
    [InlineData("Pending", "Unknown")]
    [InlineData("Unknown", "Running")]
    [InlineData("Pending", "Running")]
    public void Compare_EarlierPhase_GoesFirst(string first, string second) => AssertFirst(Pod(phase: first, ready: false), Pod(phase: second, ready: false));

    [Fact]
    public void Compare_UnreadyPod_GoesBeforeAReadyOne() => AssertFirst(Pod(ready: false, cost: "100"), Pod(cost: "-100"));

    [Fact]
    public void Compare_LowerDeletionCost_GoesFirst() => AssertFirst(Pod(cost: "-1", node: "empty"), Pod(node: "crowded"));

    [Fact]
    public void Compare_PodOnACrowdedNode_GoesFirst() => AssertFirst(Pod(node: "crowded", age: 10_000), Pod(node: "empty", age: 1));

    [Fact]
    public void Compare_PodThatIsReadyForAShorterTime_GoesFirst() => AssertFirst(Pod(readyFor: 10, restarts: 0), Pod(readyFor: 1000, restarts: 9));

    [Fact]
    public void Compare_ReadyTimesOfTheSameMagnitude_CountAsEqual() => AssertFirst(Pod(readyFor: 1000, restarts: 1), Pod(readyFor: 900));

    [Fact]
    public void Compare_PodThatRestartedMoreOften_GoesFirst() => AssertFirst(Pod(restarts: 2, age: 10_000), Pod(restarts: 1, age: 1));

    [Fact]
    public void Compare_YoungerPod_GoesFirst() => AssertFirst(Pod(age: 10), Pod(age: 1000));

    private static void AssertFirst(V1Pod first, V1Pod second)
    {
        var order = new DeletionOrder(pod => pod.Spec.NodeName == "crowded" ? 2 : 1, Now);

        Assert.Equal((-1, 1), (Math.Sign(order.Compare(first, second)), Math.Sign(order.Compare(second, first))));
    }

    private static V1Pod Pod(string node = "node", string phase = "Running", bool ready = true, string? cost = null, int readyFor = 100, int restarts = 0, int age = 100) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Uid = "x",
            CreationTimestamp = Now.AddSeconds(-age).UtcDateTime,
            Annotations = cost is null ? null : new Dictionary<string, string> { ["controller.kubernetes.io/pod-deletion-cost"] = cost },
        },
        Spec = new V1PodSpec { NodeName = node },
        Status = new V1PodStatus
        {
            Phase = phase,
            Conditions = [new V1PodCondition { Type = "Ready", Status = ready ? "True" : "False", LastTransitionTime = Now.AddSeconds(-readyFor).UtcDateTime }],
            ContainerStatuses = [new V1ContainerStatus { RestartCount = restarts }],
        },
    };
}
