using System.Collections.Immutable;
using Scalelab.Policy.Framework;
using Scalelab.Policy.Rules;
using Scalelab.Policy.Tests.Support;

namespace Scalelab.Policy.Tests.Rules;

public sealed class ServiceRulesTests
{
    private static readonly NodePortsInRange NodePorts = new();
    private static readonly LoadBalancersOnlyWhereOneExists LoadBalancers = new();
    private static readonly DeploymentsHaveServices HaveServices = new();

    private static readonly Manifest Balanced = Good.Service.With("spec.type", "LoadBalancer");

    [Theory]
    [InlineData(29999)]
    [InlineData(32768)]
    [InlineData(80)]
    public void NodePorts_OutsideTheRange_AreViolations(int port)
    {
        var message = Assert.Single(NodePorts.Violations(Good.Service.With("spec.ports[0].nodePort", port)));

        Assert.Contains($"spec.ports[0].nodePort is {port}", message, StringComparison.Ordinal);
        Assert.Contains("30000 to 32767", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30000)]
    [InlineData(32767)]
    [InlineData(0)]
    public void NodePorts_InsideTheRangeOrLeftToTheCluster_AreNone(int port) => Assert.Empty(NodePorts.Violations(Good.Service.With("spec.ports[0].nodePort", port)));

    [Fact]
    public void NodePorts_WithAnotherRange_AreHeldAgainstThat()
    {
        Assert.Single(NodePorts.ViolationsWith("""{ "highest": 31000 }""", Good.Service));
        Assert.Empty(NodePorts.ViolationsWith("""{ "lowest": 80 }""", Good.Service.With("spec.ports[0].nodePort", 80)));
    }

    [Fact]
    public void LoadBalancers_WhereTheStackSaysThereIsNone_AreViolations()
    {
        var message = Assert.Single(LoadBalancers.Violations(Stack("false"), Balanced));

        Assert.Contains("NodePort", message, StringComparison.Ordinal);
        Assert.Empty(LoadBalancers.Violations(Stack("false"), Good.Service));
    }

    [Fact]
    public void LoadBalancers_WhereThereIsOneOrNobodySays_AreNone()
    {
        Assert.Empty(LoadBalancers.Violations(Stack("true"), Balanced));
        Assert.Empty(LoadBalancers.Violations(Balanced));
    }

    [Fact]
    public void LoadBalancers_WhereTheSettingSays_FollowIt() => Assert.Single(LoadBalancers.ViolationsWith("""{ "available": false }""", Balanced));

    [Fact]
    public void HaveServices_WithoutAService_IsViolated()
    {
        var message = Assert.Single(HaveServices.Violations(Good.Deployment));

        Assert.Contains("Deployment 'model'", message, StringComparison.Ordinal);
        Assert.Contains("spec.template.metadata.labels", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spec.selector.app", "other")]
    [InlineData("metadata.namespace", "other")]
    public void HaveServices_WithAServiceOfOthers_IsViolated(string path, string value) => Assert.Single(HaveServices.Violations(Good.Deployment, Good.Service.With(path, value)));

    [Theory]
    [InlineData("spec.selector.app")]
    [InlineData("spec.selector")]
    [InlineData("metadata.namespace")]
    public void HaveServices_WithAServiceThatIsNotKnownYet_IsNotViolated(string path) => Assert.Empty(HaveServices.Violations(Good.Deployment, Good.Service.With(path, Manifest.Unknown)));

    [Fact]
    public void HaveServices_WithAReason_IsExempt()
    {
        var exempt = Assert.Single(Judge.Verdicts(
            [HaveServices], StackInfo.Unknown, [Good.Deployment.With("metadata.annotations.policy~scalelab/deployments-have-services", "takes its work from a queue")]));

        Assert.Equal("takes its work from a queue", Assert.IsType<Exempt>(exempt).Reason);
    }

    private static StackInfo Stack(string loadBalancer) => new("scalelab", "lb", ImmutableDictionary<string, string>.Empty.Add("scalelab:loadBalancer", loadBalancer));
}
