using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>Which objects are waited for, and what ready means for those that can be judged by themselves.</summary>
internal static class Readiness
{
    public const string WaitForAnnotation = "pulumi.com/waitFor";

    /// <summary>Judges an object; null for kinds that are ready as soon as they exist.</summary>
    /// <remarks>
    /// A Service is not waited for until it has endpoints: its pods may come later in the same update, and the update would wait for
    /// itself. Only a load balancer's address is waited for.
    /// </remarks>
    public static Func<JsonObject, Verdict>? Of(JsonObject item)
    {
        if (item.Annotation(WaitForAnnotation) is { } annotation && ParseWaitFor(annotation) is { } condition)
        {
            return live => ByCondition(live, condition.Type, condition.Status);
        }

        return (ImmutableFields.Group(item.Text("apiVersion") ?? ""), item.Text("kind")) switch
        {
            ("", "Namespace") => live => ByPhase(live, "Active"),
            ("", "PersistentVolumeClaim") => null,
            ("", "Pod") => Pod,
            ("", "Service") when item.Text("spec", "type") == "LoadBalancer" => LoadBalancer,
            ("batch", "Job") => Job,
            _ => null,
        };
    }

    /// <summary>Understands <c>condition=TYPE</c> and <c>condition=TYPE=STATUS</c>.</summary>
    public static (string Type, string Status)? ParseWaitFor(string text) => text.Split('=') switch
    {
        ["condition", { Length: > 0 } type] => (type, "True"),
        ["condition", { Length: > 0 } type, { Length: > 0 } status] => (type, status),
        _ => null,
    };

    private static Verdict ByCondition(JsonObject live, string type, string status)
    {
        var condition = live.Condition(type);
        var observed = live.Integer(long.MaxValue, "status", "observedGeneration") >= live.Integer(0, "metadata", "generation");
        return observed && string.Equals(condition.Text("status"), status, StringComparison.OrdinalIgnoreCase)
            ? Verdict.Ready
            : Verdict.Waiting($"waiting for the condition {type} to be {status}{(condition.Text("message") is { Length: > 0 } message ? $": {message}" : "")}");
    }

    private static Verdict ByPhase(JsonObject live, string phase) => live.Text("status", "phase") == phase
        ? Verdict.Ready
        : Verdict.Waiting($"waiting to become {phase}");

    private static Verdict Pod(JsonObject live) => PodState.IsReady(live) || live.Text("status", "phase") == "Succeeded"
        ? Verdict.Ready
        : PodState.Trouble(live) ?? Verdict.Waiting(PodState.Describe(live));

    private static Verdict LoadBalancer(JsonObject live) => live.Items("status", "loadBalancer", "ingress").Any()
        ? Verdict.Ready
        : Verdict.Waiting("waiting for the load balancer's address; a cluster without load balancers never gives one");

    private static Verdict Job(JsonObject live) => (live.Condition("Complete").Text("status"), live.Condition("Failed")) switch
    {
        ("True", _) => Verdict.Ready,
        (_, { } failed) when failed.Text("status") == "True" => Verdict.Hopeless($"the job failed: {failed.Text("reason")} {failed.Text("message")}"),
        _ => Verdict.Waiting($"waiting for the job to complete ({live.Integer(0, "status", "succeeded")} of {live.Integer(1, "spec", "completions")})"),
    };
}
