using Scalelab.Policy.Framework;
using Scalelab.Policy.Rules;
using Scalelab.Policy.Tests.Support;

namespace Scalelab.Policy.Tests.Rules;

public sealed class AutoscalingRulesTests
{
    private static readonly CpuAutoscaledContainersRequestCpu RequestCpu = new();
    private static readonly AutoscaledDeploymentsLeaveReplicasUnset LeaveReplicas = new();

    private static readonly Manifest WithReplicas = Good.Deployment.With("spec.replicas", 3);
    private static readonly Manifest WithoutCpu = Good.Deployment.Without("spec.template.spec.containers[0].resources");

    [Fact]
    public void LeaveReplicas_OfAutoscaledDeploymentWithReplicas_IsViolatedOnceInEitherOrder()
    {
        var message = Assert.Single(LeaveReplicas.Violations(WithReplicas, Good.Autoscaler));

        Assert.Contains("spec.replicas of Deployment 'model' is 3", message, StringComparison.Ordinal);
        Assert.Contains("Leave spec.replicas out", message, StringComparison.Ordinal);
        Assert.Single(LeaveReplicas.Violations(Good.Autoscaler, WithReplicas));
    }

    [Fact]
    public void LeaveReplicas_WithoutAutoscaler_IsNotViolated() => Assert.Empty(LeaveReplicas.Violations(WithReplicas));

    [Fact]
    public void LeaveReplicas_WhereTheProgramIgnoresTheirChanges_IsNotViolated() => Assert.Empty(LeaveReplicas.Violations(WithReplicas.Ignoring("spec.replicas"), Good.Autoscaler));

    [Theory]
    [InlineData("metadata.name", "other")]
    [InlineData("metadata.namespace", "other")]
    public void LeaveReplicas_OfAnotherDeployment_IsNotViolated(string path, string value) => Assert.Empty(LeaveReplicas.Violations(WithReplicas.With(path, value), Good.Autoscaler));

    [Theory]
    [InlineData("spec.scaleTargetRef.name")]
    [InlineData("spec.scaleTargetRef")]
    [InlineData("metadata.namespace")]
    public void LeaveReplicas_WhereThePreviewDoesNotKnowTheTarget_IsNotViolated(string path) =>
        Assert.Empty(LeaveReplicas.Violations(WithReplicas, Good.Autoscaler.With(path, Manifest.Unknown)));

    /// <summary>What came out of a deployment holds the number that the autoscaler has set.</summary>
    [Fact]
    public void LeaveReplicas_OfResourceThatTheUpdateDoesNotDeclare_IsNotViolated()
    {
        var analysis = new Analysis(Judge.PackOf([LeaveReplicas]));
        var live = WithReplicas.ToResource() with { IsDeclared = false };

        Assert.Empty(analysis.Analyze(live));
        Assert.Empty(analysis.Analyze(Good.Autoscaler.ToResource()));
    }

    [Fact]
    public void RequestCpu_OfAutoscaledContainerWithoutRequest_IsViolated()
    {
        var message = Assert.Single(RequestCpu.Violations(WithoutCpu, Good.Autoscaler));

        Assert.Contains("spec.template.spec.containers[0].resources.requests.cpu", message, StringComparison.Ordinal);
        Assert.Contains("<unknown>", message, StringComparison.Ordinal);
    }

    [Fact]
    public void RequestCpu_OfSidecarWithoutRequest_IsViolated() => Assert.Single(RequestCpu.Violations(
        Good.Deployment.With("spec.template.spec.initContainers", System.Text.Json.Nodes.JsonNode.Parse("""[{ "name": "proxy", "restartPolicy": "Always" }, { "name": "init" }]""")),
        Good.Autoscaler));

    [Fact]
    public void RequestCpu_WhereThereIsALimitOnly_IsNotViolated() =>
        Assert.Empty(RequestCpu.Violations(Good.Deployment.Without("spec.template.spec.containers[0].resources.requests"), Good.Autoscaler));

    [Fact]
    public void RequestCpu_WithoutAnAutoscaler_IsNotViolated() => Assert.Empty(RequestCpu.Violations(WithoutCpu));

    [Theory]
    [InlineData("""[{ "type": "Resource", "resource": { "name": "memory", "target": { "type": "Utilization", "averageUtilization": 50 } } }]""")]
    [InlineData("""[{ "type": "Resource", "resource": { "name": "cpu", "target": { "type": "AverageValue", "averageValue": "100m" } } }]""")]
    [InlineData("""[{ "type": "ContainerResource", "containerResource": { "name": "cpu", "container": "proxy", "target": { "averageUtilization": 50 } } }]""")]
    public void RequestCpu_WhereTheAutoscalerNeedsNone_IsNotViolated(string metrics) =>
        Assert.Empty(RequestCpu.Violations(WithoutCpu, Good.Autoscaler.With("spec.metrics", System.Text.Json.Nodes.JsonNode.Parse(metrics))));

    [Fact]
    public void RequestCpu_WhereTheAutoscalerNamesNoMetric_IsViolatedBecauseCpuIsTheDefault() =>
        Assert.Single(RequestCpu.Violations(WithoutCpu, Good.Autoscaler.Without("spec.metrics")));

    [Fact]
    public void RequestCpu_WithAnAutoscalerOfTheFirstVersion_IsViolated() => Assert.Single(RequestCpu.Violations(
        WithoutCpu,
        Manifest.Of("autoscaling/v1:HorizontalPodAutoscaler", """
            {
              "metadata": { "name": "scaler", "namespace": "lab" },
              "spec": { "scaleTargetRef": { "kind": "Deployment", "name": "model" }, "targetCPUUtilizationPercentage": 50 }
            }
            """)));
}
