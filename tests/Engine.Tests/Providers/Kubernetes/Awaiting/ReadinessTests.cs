using System.Text.Json.Nodes;
using Scalelab.Engine.Providers.Kubernetes.Awaiting;

namespace Scalelab.Engine.Tests.Providers.Kubernetes.Awaiting;

public sealed class ReadinessTests
{
    private const string Able = """{"type":"AbleToScale","status":"True"}""";

    [Theory]
    [InlineData("v1", "ConfigMap", "{}")]
    [InlineData("rbac.authorization.k8s.io/v1", "Role", "{}")]
    [InlineData("batch/v1", "CronJob", "{}")]
    [InlineData("example.org/v1", "Thing", """{"status":{"conditions":[{"type":"Ready","status":"False"}]}}""")]
    public void For_KindsWithNothingToWaitFor_IsNull(string apiVersion, string kind, string rest) => Assert.Null(Waits.For("/x/y", Of(apiVersion, kind, rest), awaitAll: false));

    [Fact]
    public void Judge_OfCustomResource_WhenAllAreAwaited_GoesByItsReadyCondition()
    {
        Assert.False(Judge("example.org/v1", "Thing", """{"status":{"conditions":[{"type":"Ready","status":"False","reason":"Pulling"}]}}""").IsReady);
        Assert.True(Judge("example.org/v1", "Thing", """{"status":{"conditions":[{"type":"Ready","status":"True"}]}}""").IsReady);
        Assert.True(Judge("example.org/v1", "Thing", "{}").IsReady);
        Assert.True(Judge("example.org/v1", "Thing", """{"status":{"conditions":[{"type":"Stalled","status":"True"}]}}""").IsHopeless);
        Assert.False(Judge("example.org/v1", "Thing", """{"metadata":{"name":"x","generation":2},"status":{"observedGeneration":1}}""").IsReady);
    }

    [Fact]
    public void Judge_OfAutoscaler_WaitsForItsMetricsButNotForEver()
    {
        var waiting = Judge("autoscaling/v2", "HorizontalPodAutoscaler", $$$"""{"status":{"conditions":[{{{Able}}},{"type":"ScalingActive","status":"False","reason":"FailedGetResourceMetric","message":"missing request for cpu"}]}}""");
        Assert.False(waiting.IsReady);
        Assert.NotNull(waiting.Tolerance);
        Assert.Contains("missing request for cpu", waiting.Message, StringComparison.Ordinal);

        Assert.True(Judge("autoscaling/v2", "HorizontalPodAutoscaler", $$$"""{"status":{"conditions":[{{{Able}}},{"type":"ScalingActive","status":"True"}]}}""").IsReady);
        Assert.True(Judge("autoscaling/v2", "HorizontalPodAutoscaler", $$$"""{"status":{"conditions":[{{{Able}}},{"type":"ScalingActive","status":"False","reason":"ScalingDisabled"}]}}""").IsReady);
    }

    [Fact]
    public void Judge_OfFirstVersionOfAutoscaler_ReadsItsConditionsFromTheAnnotation()
    {
        var conditions = $$$"""[{{{Able}}},{"type":"ScalingActive","status":"True"}]""".Replace("\"", "\\\"", StringComparison.Ordinal);

        Assert.True(Judge("autoscaling/v1", "HorizontalPodAutoscaler", """{"metadata":{"name":"x","annotations":{"autoscaling.alpha.kubernetes.io/conditions":"CONDITIONS"}}}""".Replace("CONDITIONS", conditions, StringComparison.Ordinal)).IsReady);
    }

    [Fact]
    public void Judge_OfDisruptionBudget_WaitsUntilItIsCounted()
    {
        Assert.False(Judge("policy/v1", "PodDisruptionBudget", """{"metadata":{"name":"x","generation":1}}""").IsReady);
        Assert.True(Judge("policy/v1", "PodDisruptionBudget", """{"metadata":{"name":"x","generation":1},"status":{"observedGeneration":1,"disruptionsAllowed":0}}""").IsReady);
    }

    [Fact]
    public void Judge_OfDefinition_WaitsUntilItIsEstablished()
    {
        Assert.False(Judge("apiextensions.k8s.io/v1", "CustomResourceDefinition", "{}").IsReady);
        Assert.True(Judge("apiextensions.k8s.io/v1", "CustomResourceDefinition", """{"status":{"conditions":[{"type":"Established","status":"True"}]}}""").IsReady);
        Assert.True(Judge("apiextensions.k8s.io/v1", "CustomResourceDefinition", """{"status":{"conditions":[{"type":"NamesAccepted","status":"False","message":"taken"}]}}""").IsHopeless);
    }

    [Fact]
    public void Judge_OfClaim_WaitsUntilItIsBound()
    {
        Assert.False(Judge("v1", "PersistentVolumeClaim", """{"status":{"phase":"Pending"}}""").IsReady);
        Assert.True(Judge("v1", "PersistentVolumeClaim", """{"status":{"phase":"Bound"}}""").IsReady);
    }

    [Fact]
    public void Judge_OfIngress_WaitsForItsAddress() =>
        Assert.Contains("address", Judge("networking.k8s.io/v1", "Ingress", "{}").Message, StringComparison.Ordinal);

    private static Verdict Judge(string apiVersion, string kind, string rest) => Waits.For("/x/y", Of(apiVersion, kind, rest), awaitAll: true)!.Judge();

    private static JsonObject Of(string apiVersion, string kind, string rest)
    {
        var item = JsonNode.Parse(rest)!.AsObject();
        item["apiVersion"] = apiVersion;
        item["kind"] = kind;
        item["metadata"] ??= new JsonObject { ["name"] = "x" };
        return item;
    }
}
