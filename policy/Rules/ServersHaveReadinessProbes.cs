using Scalelab.Policy.Framework;
using Scalelab.Policy.Kubernetes;

namespace Scalelab.Policy.Rules;

internal sealed class ServersHaveReadinessProbes() : PodRule(
    "servers-have-readiness-probes",
    "Servers have readiness probes",
    "Every container that listens has a readiness probe. Without one a pod gets requests before its model is loaded, and a rollout goes on over pods that do not work.")
{
    protected override IEnumerable<string> Check(PodTemplate pods, RuleContext context)
    {
        if (pods.RunsToCompletion)
        {
            yield break;
        }

        Container[] containers = [.. pods.Main];
        // Ports are often left undeclared; then the pod as a whole must be able to say that it is ready.
        Container[] servers = [.. containers.Where(container => container.Value["ports"].Items.Any())];
        var isProbed = containers.Any(container => container.Value["readinessProbe"].IsPresent);
        foreach (var container in servers.Length > 0 ? servers : isProbed ? [] : containers)
        {
            if (container.Value["readinessProbe"] is { IsAbsent: true } probe)
            {
                yield return $"{probe.Path} is not set: the pod counts as ready, and gets requests, as soon as the container runs. Probe what tells that it can answer, such as httpGet of /readyz.";
            }
        }
    }
}
