using Scalelab.Policy.Framework;
using Scalelab.Policy.Kubernetes;

namespace Scalelab.Policy.Rules;

internal sealed class CpuAutoscaledContainersRequestCpu() : AutoscaledPodsRule(
    "cpu-autoscaled-containers-request-cpu",
    "Containers that are scaled on CPU request CPU",
    "An autoscaler that keeps CPU near a share of the request finds a request in every container. Where one is missing its metric stays <unknown>, and it never scales.")
{
    protected override IEnumerable<string> Check(Autoscaler autoscaler, PodTemplate pods, RuleContext context)
    {
        foreach (var container in pods.Running.Where(autoscaler.ScalesOnCpuShareOf))
        {
            // A limit without a request is taken for the request too.
            if (container.Requests["cpu"] is { IsAbsent: true } request && container.Limits["cpu"].IsAbsent)
            {
                yield return $"{request.Path} of {pods.Owner.Kind} {pods.Owner.Name} is not set, but the autoscaler {autoscaler.Object.Name} scales on a share of it: "
                    + "its metric would stay <unknown>. Request CPU, or scale on an average value.";
            }
        }
    }
}
