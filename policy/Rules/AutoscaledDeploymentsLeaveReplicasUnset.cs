using Scalelab.Policy.Framework;
using Scalelab.Policy.Kubernetes;

namespace Scalelab.Policy.Rules;

internal sealed class AutoscaledDeploymentsLeaveReplicasUnset() : AutoscaledPodsRule(
    "autoscaled-deployments-leave-replicas-unset",
    "Autoscaled deployments leave replicas unset",
    "Where an autoscaler owns the number of replicas, nothing else declares one. Otherwise every update takes the number back, or fails in a conflict with the autoscaler over the field.")
{
    private const string Path = "spec.replicas";

    protected override IEnumerable<string> Check(Autoscaler autoscaler, PodTemplate pods, RuleContext context)
    {
        var replicas = pods.Owner.Spec["replicas"];
        if (pods.Owner.Resource.IsDeclared && replicas.Number is not null && !pods.Owner.Resource.IgnoreChanges.Any(path => path is Path or "spec" or "*"))
        {
            yield return $"{Path} of {pods.Owner.Kind} {pods.Owner.Name} is {replicas}, but its replicas are those of the autoscaler {autoscaler.Object.Name}. Leave {Path} out.";
        }
    }
}
