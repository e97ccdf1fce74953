using k8s.Models;
using Scalelab.Cluster.Controllers.Scheduling;
using static Scalelab.Cluster.Tests.Controllers.Scheduling.SchedulingTools;

namespace Scalelab.Cluster.Tests.Controllers.Scheduling;

public sealed class NodeFilterTests
{
    private const string Hopeless = "Preemption is not helpful for scheduling";
    private const string NoVictims = "No preemption victims found for incoming pod";

    [Fact]
    public void Check_PodThatFits_IsTaken() => Assert.Null(Failure(Pod(cpu: "2"), NodeNamed("a")));

    [Fact]
    public void Check_WithoutNodes_SaysSo() => Assert.Equal("no nodes available to schedule pods", Failure(Pod()));

    [Fact]
    public void Check_RequestBeyondEveryNode_IsHopeless() => Assert.Equal(Message(1, "1 Insufficient cpu", $"1 {Hopeless}"), Failure(Pod(cpu: "64"), NodeNamed("a")));

    [Fact]
    public void Check_NodeThatIsFull_MightBeEmptied() => Assert.Equal(
        Message(2, "2 Insufficient cpu", $"1 {NoVictims}, 1 {Hopeless}"),
        Failure(Pod(cpu: "1500m"), NodeNamed("a", Pod(cpu: "1")), Small("b")));

    [Fact]
    public void Check_TooManyPodsAndTooLittleCpu_NamesBoth() => Assert.Equal(
        Message(1, "1 Insufficient cpu, 1 Too many pods", $"1 {NoVictims}"), Failure(Pod(cpu: "1"), NodeNamed("a", Pod(cpu: "1500m"), Pod(), Pod())));

    [Fact]
    public void Check_ExtendedResource_IsCountedLikeTheOthers() =>
        Assert.Contains("1 Insufficient example.com/gpu", Failure(Pod(spec: spec => spec.Containers[0].Resources.Requests = new Dictionary<string, ResourceQuantity> { ["example.com/gpu"] = new("1") }), NodeNamed("a")));

    [Fact]
    public void Check_SeveralReasons_AreCountedAndSorted()
    {
        var cordoned = NodeNamed("a");
        cordoned.Node.Spec.Unschedulable = true;
        var tainted = Tainted("b", "NoExecute");

        Assert.Equal(
            Message(3, "1 Insufficient cpu, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable", $"3 {Hopeless}"),
            Failure(Pod(cpu: "3"), cordoned, tainted, NodeNamed("c")));
    }

    [Fact]
    public void Check_PodThatMayNotPreempt_SaysSo() => Assert.Equal(
        "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.",
        Failure(Pod(cpu: "3", spec: spec => spec.PreemptionPolicy = "Never"), NodeNamed("a")));

    [Theory]
    [InlineData(null, null, null, null, false)]
    [InlineData("k", null, "v", null, true)]
    [InlineData("k", "Equal", "other", null, false)]
    [InlineData("k", "Exists", null, null, true)]
    [InlineData(null, "Exists", null, null, true)]
    [InlineData("k", "Exists", null, "NoExecute", false)]
    [InlineData("k", "Exists", null, "NoSchedule", true)]
    public void Check_TaintedNode_TakesPodsThatTolerateIt(string? key, string? @operator, string? value, string? effect, bool expected)
    {
        var pod = Pod(spec: spec => spec.Tolerations = key is null && @operator is null ? null : [new V1Toleration { Key = key, OperatorProperty = @operator, Value = value, Effect = effect }]);

        Assert.Equal(expected, Failure(pod, Tainted("a", "NoSchedule")) is null);
    }

    [Fact]
    public void Check_TaintThatOnlyDiscourages_RefusesNobody() => Assert.Null(Failure(Pod(), Tainted("a", "PreferNoSchedule")));

    [Fact]
    public void Check_NodeSelectorThatMatchesNone_IsHopeless() => Assert.Equal(
        Message(1, "1 node(s) didn't match Pod's node affinity/selector", $"1 {Hopeless}"),
        Failure(Pod(spec: spec => spec.NodeSelector = new Dictionary<string, string> { ["disk"] = "ssd" }), NodeNamed("a")));

    [Theory]
    [InlineData("In", true)]
    [InlineData("NotIn", false)]
    [InlineData("Exists", true)]
    [InlineData("DoesNotExist", false)]
    public void Check_NodeAffinity_SelectsByExpressions(string @operator, bool expected)
    {
        var term = new V1NodeSelectorTerm { MatchExpressions = [new V1NodeSelectorRequirement { Key = "zone", OperatorProperty = @operator, Values = @operator.EndsWith("In", StringComparison.Ordinal) ? ["a"] : null }] };
        var pod = Pod(spec: spec => spec.Affinity = new V1Affinity { NodeAffinity = new V1NodeAffinity { RequiredDuringSchedulingIgnoredDuringExecution = new V1NodeSelector { NodeSelectorTerms = [term] } } });

        Assert.Equal(expected, Failure(pod, NodeNamed("a")) is null);
    }

    [Theory]
    [InlineData("TCP", null, false)]
    [InlineData("UDP", null, true)]
    [InlineData("TCP", "127.0.0.2", false)]
    public void Check_HostPortThatIsTaken_IsRefused(string protocol, string? address, bool expected)
    {
        V1Pod WithPort(string ofProtocol, string? ofAddress) =>
            Pod(spec: spec => spec.Containers[0].Ports = [new V1ContainerPort { ContainerPort = 80, HostPort = 80, Protocol = ofProtocol, HostIP = ofAddress }]);

        Assert.Equal(expected, Failure(WithPort("TCP", null), NodeNamed("a", WithPort(protocol, address))) is null);
    }

    [Fact]
    public void Check_SpreadConstraint_KeepsTheSkew()
    {
        var (full, empty) = (NodeNamed("a1", Pod(), Pod()), NodeNamed("b1", Pod()));
        var pod = Pod(spec: spec => spec.TopologySpreadConstraints = [Constraint("zone")]);

        Assert.Equal(Message(2, "1 node(s) didn't match pod topology spread constraints, 1 node(s) were unschedulable", $"1 {NoVictims}, 1 {Hopeless}"), Failure(pod, full, Cordoned(empty)));
        Assert.Null(Failure(pod, full, empty));
    }

    [Fact]
    public void Check_SpreadOverALabelThatNoNodeHas_IsHopeless() => Assert.Equal(
        Message(1, "1 node(s) didn't match pod topology spread constraints (missing required label)", $"1 {Hopeless}"),
        Failure(Pod(spec: spec => spec.TopologySpreadConstraints = [Constraint("rack")]), NodeNamed("a")));

    [Fact]
    public void Check_FewerDomainsThanWanted_CountAsEmptyOnes()
    {
        var constraint = Constraint("zone");
        constraint.MinDomains = 2;

        Assert.NotNull(Failure(Pod(spec: spec => spec.TopologySpreadConstraints = [constraint]), NodeNamed("a1", Pod())));
    }

    [Fact]
    public void Check_PodAffinity_GoesWhereTheOthersAre()
    {
        var pod = Pod("web", spec: spec => spec.Affinity = new V1Affinity { PodAffinity = new V1PodAffinity { RequiredDuringSchedulingIgnoredDuringExecution = [Term("cache")] } });

        Assert.Null(Failure(pod, NodeNamed("a", Pod("cache"))));
        Assert.Equal(Message(1, "1 node(s) didn't match pod affinity rules", $"1 {Hopeless}"), Failure(pod, NodeNamed("b")));
    }

    [Fact]
    public void Check_FirstPodThatWantsItsLikeNearby_MayStart() => Assert.Null(Failure(
        Pod(spec: spec => spec.Affinity = new V1Affinity { PodAffinity = new V1PodAffinity { RequiredDuringSchedulingIgnoredDuringExecution = [Term("web")] } }), NodeNamed("a")));

    [Fact]
    public void Check_PodAntiAffinity_HoldsBothWays()
    {
        var loner = Pod(spec: spec => spec.Affinity = new V1Affinity { PodAntiAffinity = new V1PodAntiAffinity { RequiredDuringSchedulingIgnoredDuringExecution = [Term("web")] } });

        Assert.Equal(Message(1, "1 node(s) didn't match pod anti-affinity rules", $"1 {NoVictims}"), Failure(loner, NodeNamed("a", Pod())));
        Assert.Equal(Message(1, "1 node(s) didn't satisfy existing pods anti-affinity rules", $"1 {NoVictims}"), Failure(Pod(), NodeNamed("a", loner)));
        Assert.Null(Failure(Pod("other"), NodeNamed("a", loner)));
    }

    private static string Message(int nodes, string reasons, string preemption) =>
        $"0/{nodes} nodes are available: {reasons}. no new claims to deallocate, preemption: 0/{nodes} nodes are available: {preemption}.";

    private static V1PodAffinityTerm Term(string app) => new() { LabelSelector = App(app), TopologyKey = "kubernetes.io/hostname" };

    private static V1TopologySpreadConstraint Constraint(string key) => new() { TopologyKey = key, MaxSkew = 1, WhenUnsatisfiable = "DoNotSchedule", LabelSelector = App("web") };

    private static NodeView Small(string name)
    {
        var view = NodeNamed(name);
        view.Node.Status.Allocatable["cpu"] = new ResourceQuantity("1");
        return view;
    }

    private static NodeView Cordoned(NodeView view)
    {
        var spec = view.Node.Spec with { Unschedulable = true };
        return view with { Node = view.Node with { Spec = spec } };
    }

    private static NodeView Tainted(string name, string effect)
    {
        var view = NodeNamed(name);
        view.Node.Spec.Taints = [new V1Taint { Key = "k", Value = "v", Effect = effect }];
        return view;
    }
}
