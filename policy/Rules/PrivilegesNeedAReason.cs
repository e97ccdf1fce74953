using Scalelab.Policy.Framework;
using Scalelab.Policy.Kubernetes;

namespace Scalelab.Policy.Rules;

internal sealed class PrivilegesNeedAReason() : PodRule(
    "privileges-need-a-reason",
    "Privileges need a reason",
    "No pod is privileged, shares its node's network, processes or IPC, or runs as root, unless an annotation says why it must: whoever breaks into it has the node.")
{
    private static readonly string[] HostNamespaces = ["hostNetwork", "hostPID", "hostIPC"];

    public override string? Reason(Resource resource) => KubernetesObject.ReasonFor(this, resource);

    protected override IEnumerable<string> Check(PodTemplate pods, RuleContext context)
    {
        var found = HostNamespaces.Select(name => pods.Spec[name]).Where(flag => flag.Flag == true)
            .Concat(pods.All.SelectMany(container => Privileges(container.Value["securityContext"])))
            .Concat(Root(pods));
        return found.Select(property => $"{property.Path} is {property}: whoever breaks into the container has the node. Leave it out, or give the reason in the annotation {ReasonAnnotation}.");
    }

    private static IEnumerable<Property> Privileges(Property security) =>
        new[] { security["privileged"] }.Where(flag => flag.Flag == true)
            .Concat(security["capabilities"]["add"].Items.Where(capability => capability.Text is "ALL" or "SYS_ADMIN" or "CAP_SYS_ADMIN"));

    // What a container says wins over what its pod says.
    private static IEnumerable<Property> Root(PodTemplate pods)
    {
        var pod = pods.Spec["securityContext"]["runAsUser"];
        Container[] containers = [.. pods.All];
        foreach (var user in containers.Select(container => container.Value["securityContext"]["runAsUser"]).Where(user => user.Number == 0))
        {
            yield return user;
        }

        if (pod.Number == 0 && containers.Any(container => container.Value["securityContext"]["runAsUser"].IsAbsent))
        {
            yield return pod;
        }
    }
}
