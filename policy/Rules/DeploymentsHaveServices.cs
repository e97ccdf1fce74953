using Scalelab.Policy.Framework;
using Scalelab.Policy.Kubernetes;

namespace Scalelab.Policy.Rules;

internal sealed class DeploymentsHaveServices() : StackRule(
    "deployments-have-services",
    "Deployments have Services",
    "A stack that declares a Deployment declares the Service in front of it: nothing else finds pods that come and go. A Deployment that serves nobody says so in an annotation.")
{
    public override string? Reason(Resource resource) => KubernetesObject.ReasonFor(this, resource);

    public override IEnumerable<(Resource Resource, string Message)> Check(IReadOnlyList<Resource> resources, RuleContext context)
    {
        KubernetesObject[] services = [.. resources.Select(resource => KubernetesObject.Of(resource, "core", "Service")).OfType<KubernetesObject>()];
        foreach (var pods in resources.Select(PodTemplate.Of).OfType<PodTemplate>().Where(pods => pods.Owner.Kind == "Deployment"))
        {
            if (!services.Any(service => MayStandInFrontOf(service, pods)))
            {
                yield return (pods.Owner.Resource,
                    $"No Service of this stack selects the pods of Deployment {pods.Owner.Name} by their labels: nobody finds them. Declare one with a selector that matches {pods.Metadata["labels"].Path}, "
                    + $"or say in the annotation {ReasonAnnotation} why there is none.");
            }
        }
    }

    private static bool MayStandInFrontOf(KubernetesObject service, PodTemplate pods)
    {
        var selector = service.Spec["selector"];
        // A namespace that is left out is the provider's, which may be any.
        var mayBeTogether = service.Namespace.Text is not { } mine || pods.Owner.Namespace.Text is not { } theirs || mine == theirs;
        return mayBeTogether && (selector.IsUnknown || (selector.Entries.Any() && selector.Entries.All(wanted => MayBe(wanted.Value, pods.Metadata["labels"][wanted.Key]))));
    }

    private static bool MayBe(Property wanted, Property label) => wanted.IsUnknown || label.IsUnknown || wanted.Text == label.Text;
}
