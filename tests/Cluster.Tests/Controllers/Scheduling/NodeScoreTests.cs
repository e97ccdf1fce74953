using k8s.Models;
using static Scalelab.Cluster.Tests.Controllers.Scheduling.SchedulingTools;

namespace Scalelab.Cluster.Tests.Controllers.Scheduling;

public sealed class NodeScoreTests
{
    [Fact]
    public void Best_PodsOfOneSet_AreSpread() => Assert.Equal("b", Best(Pod().OwnedBy("set"), NodeNamed("a", Pod().OwnedBy("set")), NodeNamed("b")));

    [Fact]
    public void Best_PodsOfOneSet_AreSpreadEvenWhereOthersAre() =>
        Assert.Equal("b", Best(Pod().OwnedBy("set"), NodeNamed("a", Pod().OwnedBy("set")), NodeNamed("b", Pod("other", cpu: "100m").OwnedBy("x"))));

    [Fact]
    public void Best_OfNodesWithoutSiblings_IsTheEmptier() => Assert.Equal("b", Best(Pod(), NodeNamed("a", Pod("other", cpu: "1")), NodeNamed("b")));

    [Fact]
    public void Best_PreferredNode_WinsOverTheEmptier() => Assert.Equal("a", Best(
        Pod(spec: spec => spec.Affinity = new V1Affinity
        {
            NodeAffinity = new V1NodeAffinity
            {
                PreferredDuringSchedulingIgnoredDuringExecution =
                [
                    new V1PreferredSchedulingTerm
                    {
                        Weight = 1,
                        Preference = new V1NodeSelectorTerm { MatchExpressions = [new V1NodeSelectorRequirement { Key = "zone", OperatorProperty = "In", Values = ["a"] }] },
                    },
                ],
            },
        }),
        NodeNamed("a", Pod("other", cpu: "500m")),
        NodeNamed("b")));

    [Fact]
    public void Best_NodeThatPodsAreAskedToAvoid_ComesLast()
    {
        var tainted = NodeNamed("a");
        tainted.Node.Spec.Taints = [new V1Taint { Key = "k", Effect = "PreferNoSchedule" }];

        Assert.Equal("b", Best(Pod(), tainted, NodeNamed("b", Pod("other", cpu: "1"))));
    }

    [Fact]
    public void Best_PodThatPrefersCompany_JoinsIt() => Assert.Equal("b", Best(
        Pod(spec: spec => spec.Affinity = new V1Affinity
        {
            PodAffinity = new V1PodAffinity
            {
                PreferredDuringSchedulingIgnoredDuringExecution =
                    [new V1WeightedPodAffinityTerm { Weight = 10, PodAffinityTerm = new V1PodAffinityTerm { LabelSelector = App("cache"), TopologyKey = "kubernetes.io/hostname" } }],
            },
        }),
        NodeNamed("a"),
        NodeNamed("b", Pod("cache", cpu: "500m"))));
}
