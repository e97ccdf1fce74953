using k8s.Models;
using Scalelab.Cluster.Controllers.NodeLifecycle;

namespace Scalelab.Cluster.Tests.Controllers.NodeLifecycle;

public sealed class NodeTaintsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("Ready", "True", "")]
    [InlineData("Ready", "False", "node.kubernetes.io/not-ready:NoSchedule node.kubernetes.io/not-ready:NoExecute")]
    [InlineData("Ready", "Unknown", "node.kubernetes.io/unreachable:NoSchedule node.kubernetes.io/unreachable:NoExecute")]
    [InlineData("MemoryPressure", "True", "node.kubernetes.io/memory-pressure:NoSchedule")]
    [InlineData("DiskPressure", "True", "node.kubernetes.io/disk-pressure:NoSchedule")]
    [InlineData("PIDPressure", "True", "node.kubernetes.io/pid-pressure:NoSchedule")]
    [InlineData("NetworkUnavailable", "True", "node.kubernetes.io/network-unavailable:NoSchedule")]
    [InlineData("DiskPressure", "Unknown", "")]
    public void Wanted_ByCondition_IsKubernetesTaint(string type, string status, string expected) => Assert.Equal(expected, Print(Node(type, status)));

    [Fact]
    public void Wanted_ForACordonedNode_IsUnschedulable()
    {
        var node = Node("Ready", "True");
        node.Spec.Unschedulable = true;

        Assert.Equal("node.kubernetes.io/unschedulable:NoSchedule", Print(node));
    }

    [Fact]
    public void Wanted_ForANodeThatIsReadyAgain_KeepsTheTaintsOfOthersAlone()
    {
        var node = Node("Ready", "True");
        node.Spec.Taints =
        [
            new V1Taint { Key = "node.kubernetes.io/not-ready", Effect = "NoSchedule" },
            new V1Taint { Key = "mine", Effect = "NoSchedule" },
            new V1Taint { Key = "node.kubernetes.io/unreachable", Effect = "NoExecute" },
        ];

        Assert.Equal("mine:NoSchedule", Print(node));
    }

    [Fact]
    public void Wanted_ForATaintThatIsThereAlready_KeepsItsTime()
    {
        var node = Node("Ready", "Unknown");
        var earlier = Now.AddMinutes(-1).UtcDateTime;
        node.Spec.Taints = [new V1Taint { Key = "node.kubernetes.io/unreachable", Effect = "NoExecute", TimeAdded = earlier }];

        Assert.Equal([earlier, Now.UtcDateTime], NodeTaints.Wanted(node, Now).Select(taint => taint.TimeAdded));
    }

    private static string Print(V1Node node) => string.Join(' ', NodeTaints.Wanted(node, Now).Select(taint => $"{taint.Key}:{taint.Effect}"));

    private static V1Node Node(string type, string status) => new()
    {
        Metadata = new V1ObjectMeta { Name = "node" },
        Spec = new V1NodeSpec(),
        Status = new V1NodeStatus { Conditions = [new V1NodeCondition { Type = type, Status = status }] },
    };
}
