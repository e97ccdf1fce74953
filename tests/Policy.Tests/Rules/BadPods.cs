using System.Text.Json.Nodes;
using Scalelab.Policy.Tests.Support;

namespace Scalelab.Policy.Tests.Rules;

/// <summary>What makes good pods bad, as changes at paths within the pods, by the rule that they break.</summary>
internal static class BadPods
{
    private const string Container = "spec.containers[0].";

    /// <param name="Rule">The rule broken.</param>
    /// <param name="Path">Where.</param>
    /// <param name="Value">What stands there; null: nothing.</param>
    /// <param name="AlsoJobs">Whether pods that run to an end of their own break it too.</param>
    public sealed record Change(string Rule, string Path, Func<JsonNode>? Value = null, bool AlsoJobs = true);

    public static IReadOnlyList<Change> All { get; } =
    [
        new("containers-have-requests-and-limits", $"{Container}resources.requests.cpu"),
        new("containers-have-requests-and-limits", $"{Container}resources.requests.memory"),
        new("containers-have-requests-and-limits", $"{Container}resources.limits.cpu"),
        new("containers-have-requests-and-limits", $"{Container}resources.limits"),
        new("containers-have-requests-and-limits", $"{Container}resources"),
        new("containers-have-requests-and-limits", $"{Container}resources.limits.cpu", () => "499m"),
        new("containers-have-requests-and-limits", $"{Container}resources.requests.memory", () => "1Gi"),
        new("containers-have-requests-and-limits", $"{Container}resources.requests.cpu", () => 2),
        new("images-by-digest", $"{Container}image", () => "registry:5000/app:latest"),
        new("images-by-digest", $"{Container}image", () => "registry:5000/app"),
        new("images-by-digest", $"{Container}image", () => "app:1.2.3"),
        new("images-by-digest", $"{Container}image", () => "app@sha256:0123"),
        new("images-by-digest", "spec.initContainers", () => new JsonArray(new JsonObject { ["name"] = "init", ["image"] = "busybox:1" })),
        new("liveness-differs-from-readiness", $"{Container}livenessProbe.httpGet.path", () => "/readyz"),
        new("no-secrets-in-environment", $"{Container}env[1]", () => new JsonObject { ["name"] = "DB_PASSWORD", ["value"] = "hunter22" }),
        new("no-secrets-in-environment", $"{Container}env[0].value", () => Manifest.Secret("hunter22")),
        new("privileges-need-a-reason", $"{Container}securityContext.privileged", () => true),
        new("privileges-need-a-reason", $"{Container}securityContext.runAsUser", () => 0),
        new("privileges-need-a-reason", $"{Container}securityContext", () => new JsonObject { ["capabilities"] = new JsonObject { ["add"] = new JsonArray("SYS_ADMIN") } }),
        new("privileges-need-a-reason", "spec.hostNetwork", () => true),
        new("privileges-need-a-reason", "spec.hostPID", () => true),
        new("servers-have-readiness-probes", $"{Container}readinessProbe", AlsoJobs: false),
        new("termination-outlasts-drain", "spec.terminationGracePeriodSeconds", () => 15, AlsoJobs: false),
        new("termination-outlasts-drain", "spec.terminationGracePeriodSeconds", () => 0, AlsoJobs: false),
        new("termination-outlasts-drain", $"{Container}lifecycle.preStop", () => new JsonObject { ["sleep"] = new JsonObject { ["seconds"] = 60 } }, AlsoJobs: false),
    ];

    public static Manifest Applied(this Change change, Manifest carrier, string pods) =>
        change.Value is null ? carrier.Without(pods + change.Path) : carrier.With(pods + change.Path, change.Value());
}
