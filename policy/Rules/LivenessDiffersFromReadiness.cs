using Scalelab.Policy.Framework;
using Scalelab.Policy.Kubernetes;
using Scalelab.Policy.Protocol;

namespace Scalelab.Policy.Rules;

internal sealed class LivenessDiffersFromReadiness() : PodRule(
    "liveness-differs-from-readiness",
    "Liveness differs from readiness",
    "The two probes ask different questions: not ready means no requests for now, not alive means a restart. One answer for both restarts a server because it is busy or drains.",
    EnforcementLevel.Advisory)
{
    protected override IEnumerable<string> Check(PodTemplate pods, RuleContext context)
    {
        foreach (var container in pods.Main)
        {
            var (live, ready) = (container.Value["livenessProbe"]["httpGet"], container.Value["readinessProbe"]["httpGet"]);
            if (live["path"].Text is { } path && path == ready["path"].Text && live["port"].ToString() == ready["port"].ToString() && !live["port"].IsUnknown)
            {
                yield return $"{live.Path} asks {live["path"]} as the readiness probe does: a busy server would be restarted. Ask a path that answers as long as the process is sound, such as /healthz.";
            }
        }
    }
}
