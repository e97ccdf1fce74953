using System.Collections.Immutable;
using Scalelab.Policy.Framework;
using Scalelab.Policy.Kubernetes;

namespace Scalelab.Policy.Rules;

internal sealed class KServeStandardModeScalesOnCpuOrMemory() : ResourceRule(
    "kserve-standard-mode-scales-on-cpu-or-memory",
    "KServe's Standard mode scales on CPU or memory",
    "An InferenceService in Standard mode (RawDeployment) is scaled by a HorizontalPodAutoscaler, which knows CPU and memory. Concurrency and requests per second are counted by Knative only.")
{
    private const string ModeAnnotation = "serving.kserve.io/deploymentMode";

    private static readonly Setting<string> DefaultMode =
        Setting.Choice("defaultDeploymentMode", $"The mode of InferenceServices without the annotation {ModeAnnotation}, as KServe is installed.", "Knative", "Serverless", "Standard", "RawDeployment");

    private static readonly string[] Components = ["predictor", "transformer", "explainer"];

    public override ImmutableArray<Setting> Settings => [DefaultMode];

    public override IEnumerable<string> Check(Resource resource, RuleContext context)
    {
        if (KubernetesObject.Of(resource, "serving.kserve.io", "InferenceService") is not { } service || !IsStandard(service, context))
        {
            yield break;
        }

        foreach (var metric in Components.Select(component => service.Spec[component]["scaleMetric"]))
        {
            if (metric.Text is "concurrency" or "rps")
            {
                yield return $"{metric.Path} is {metric}, which nothing counts in Standard mode: the replicas would stay as they are. Scale on cpu or memory, or use {ModeAnnotation}: Knative.";
            }
        }
    }

    private static bool IsStandard(KubernetesObject service, RuleContext context)
    {
        var mode = service.Metadata["annotations"][ModeAnnotation];
        // Older releases call it RawDeployment.
        return (mode.IsAbsent ? context.Get(DefaultMode) : mode.Text) is "Standard" or "RawDeployment";
    }
}
