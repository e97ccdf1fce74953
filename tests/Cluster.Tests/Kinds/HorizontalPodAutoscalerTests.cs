using System.Text.Json.Nodes;
using CsCheck;
using Scalelab.Cluster.Api.Kinds;

namespace Scalelab.Cluster.Tests.Kinds;

public sealed class HorizontalPodAutoscalerTests
{
    private const string V2 = "autoscaling/v2";

    [Theory]
    [InlineData("""{"maxReplicas":0,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"w"}}""", "spec.maxReplicas: Invalid value: 0: must be greater than 0")]
    [InlineData("""{"minReplicas":5,"maxReplicas":3,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"w"}}""", "spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`")]
    [InlineData("""{"minReplicas":0,"maxReplicas":3,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"w"}}""", "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1")]
    [InlineData("""{"maxReplicas":3,"scaleTargetRef":{"kind":"Deployment","name":"w"}}""", "spec.scaleTargetRef.apiVersion: Invalid value: \"\": apiVersion must specify API group")]
    [InlineData("""{"maxReplicas":3,"scaleTargetRef":{"apiVersion":"apps/v1"}}""", "spec.scaleTargetRef.kind: Required value")]
    [InlineData("""{"maxReplicas":3,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"w"},"metrics":[{"type":"Resource"}]}""", "spec.metrics[0].resource: Required value: must populate information for the given metric source")]
    [InlineData("""{"maxReplicas":3,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"w"},"behavior":{"scaleDown":{"stabilizationWindowSeconds":3601}}}""", "spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600")]
    [InlineData("""{"maxReplicas":3,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"w"},"behavior":{"scaleUp":{"policies":[{"type":"Pods","value":0,"periodSeconds":1}]}}}""", "spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero")]
    public void Validate_OfBadSpec_NamesTheFieldAndTheRule(string spec, string problem)
    {
        var (_, errors) = KindPipeline.Create("horizontalpodautoscalers", $$$"""{"metadata":{"name":"h"},"spec":{{{spec}}}}""", V2);
        Assert.Equal(problem, errors.Causes.Select(cause => $"{cause.Field}: {cause.Message}").FirstOrDefault());
    }

    [Fact]
    public void Conversion_ThereAndBack_LosesNothing() =>
        Gen.Select(Gen.Int[1, 99], Gen.Bool, Gen.Bool, Gen.Int[0, 3600]).Sample((percent, withMemory, withBehavior, window) =>
        {
            var metrics = new JsonArray();
            if (withMemory)
            {
                metrics.Add((JsonNode)Json.Object("""{"type":"Resource","resource":{"name":"memory","target":{"type":"AverageValue","averageValue":"100Mi"}}}"""));
            }

            metrics.Add((JsonNode)HorizontalPodAutoscalerDefaults.CpuMetric(percent));
            var body = Json.Object("""{"metadata":{"name":"h"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"w"},"maxReplicas":3}}""");
            body["spec"]!["metrics"] = metrics;
            if (withBehavior)
            {
                body["spec"]!["behavior"] = new JsonObject { ["scaleDown"] = new JsonObject { ["stabilizationWindowSeconds"] = window } };
            }

            var (autoscaler, errors) = KindPipeline.Create(KindPipeline.Definition("horizontalpodautoscalers", V2), body);
            Assert.False(errors.Any);
            var back = HorizontalPodAutoscalerConversion.ToV2(HorizontalPodAutoscalerConversion.ToV1(autoscaler));
            Json.Equal(autoscaler, back);
        });

    [Fact]
    public void Columns_OfMetrics_ShowTwoAndCountTheRest()
    {
        var autoscaler = Json.Object("""
            {"metadata":{"name":"h"},"spec":{"scaleTargetRef":{"kind":"Deployment","name":"w"},"minReplicas":1,"maxReplicas":5,"metrics":[
            {"type":"Resource","resource":{"name":"cpu","target":{"averageUtilization":60}}},{"type":"Resource","resource":{"name":"memory","target":{"averageValue":"100Mi"}}},
            {"type":"Pods","pods":{"target":{"averageValue":"10"}}}]},"status":{"currentReplicas":2,"currentMetrics":[{"type":"Resource","resource":{"name":"cpu","current":{"averageUtilization":42}}}]}}
            """);
        var cells = KindPipeline.Cells(KindPipeline.Definition("horizontalpodautoscalers", V2), autoscaler, DateTimeOffset.UnixEpoch);
        Assert.Equal(("Deployment/w", "cpu: 42%/60%, memory: <unknown>/100Mi + 1 more...", "1", "5", "2"), (cells["Reference"], cells["Targets"], cells["MinPods"], cells["MaxPods"], cells["Replicas"]));
    }
}
