using Scalelab.Policy.Rules;
using Scalelab.Policy.Tests.Support;

namespace Scalelab.Policy.Tests.Rules;

public sealed class KServeTests
{
    private const string Mode = "metadata.annotations.serving~kserve~io/deploymentMode";

    private static readonly KServeStandardModeScalesOnCpuOrMemory Rule = new();

    [Theory]
    [InlineData("Standard", "concurrency")]
    [InlineData("RawDeployment", "rps")]
    public void ScaleMetric_ThatOnlyKnativeCounts_IsAViolationInStandardMode(string mode, string metric)
    {
        var message = Assert.Single(Rule.Violations(Good.InferenceService.With(Mode, mode).With("spec.predictor.scaleMetric", metric)));

        Assert.Contains($"spec.predictor.scaleMetric is '{metric}'", message, StringComparison.Ordinal);
        Assert.Contains("cpu or memory", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Standard", "cpu")]
    [InlineData("Standard", "memory")]
    [InlineData("Knative", "concurrency")]
    [InlineData("Serverless", "rps")]
    public void ScaleMetric_ThatTheModeCounts_IsNone(string mode, string metric) =>
        Assert.Empty(Rule.Violations(Good.InferenceService.With(Mode, mode).With("spec.predictor.scaleMetric", metric)));

    [Fact]
    public void ScaleMetric_WithoutTheAnnotation_DependsOnHowKServeIsInstalled()
    {
        var service = Good.InferenceService.Without(Mode).With("spec.predictor.scaleMetric", "concurrency");

        Assert.Empty(Rule.Violations(service));
        Assert.Single(Rule.ViolationsWith("""{ "defaultDeploymentMode": "Standard" }""", service));
    }
}
