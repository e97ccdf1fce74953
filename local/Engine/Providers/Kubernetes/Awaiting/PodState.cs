using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>What a pod's status says about its chances.</summary>
internal static class PodState
{
    // Reasons why a container does not start that the node's retries rarely mend.
    private static readonly HashSet<string> HopelessReasons =
    [
        "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable",
        "CrashLoopBackOff", "CreateContainerConfigError", "CreateContainerError", "RunContainerError",
    ];

    private static readonly TimeSpan SchedulingGrace = TimeSpan.FromSeconds(5);

    public static bool IsReady(JsonNode pod) => pod.Condition("Ready").Text("status") == "True" && pod.At("metadata", "deletionTimestamp") is null;

    /// <summary>Why the pod will not become ready; null when it still may.</summary>
    public static Verdict? Trouble(JsonNode pod)
    {
        if (pod.At("metadata", "deletionTimestamp") is not null)
        {
            return null;
        }

        if (pod.Condition("PodScheduled") is { } scheduled && scheduled.Text("status") == "False" && scheduled.Text("reason") == "Unschedulable")
        {
            return Verdict.Hopeless($"pod {pod.Name()} cannot be scheduled: {scheduled.Text("message")}") with { Grace = SchedulingGrace };
        }

        foreach (var container in Containers(pod))
        {
            var waiting = container.At("state", "waiting");
            if (waiting.Text("reason") is { } reason && HopelessReasons.Contains(reason))
            {
                return Verdict.Hopeless($"pod {pod.Name()}, container {container.Text("name")}: {reason}{Detail(waiting.Text("message"))}{Exit(container)}") with { Log = Log(pod, container) };
            }
        }

        return pod.Text("status", "phase") == "Failed"
            ? Verdict.Hopeless($"pod {pod.Name()} failed: {pod.Text("status", "reason")}{Detail(pod.Text("status", "message"))}") with
            {
                Log = Containers(pod).Select(container => Log(pod, container)).FirstOrDefault(),
            }
            : null;
    }

    /// <summary>What the pod is doing, in few words.</summary>
    public static string Describe(JsonNode pod)
    {
        var busy = Containers(pod).Select(container => container.At("state")).FirstOrDefault(state => state.At("running") is null);
        var doing = busy.Text("waiting", "reason") ?? busy.Text("terminated", "reason") ?? pod.Text("status", "phase") ?? "Pending";
        return $"pod {pod.Name()}: {(doing == "Running" ? "running, not ready" : doing)}";
    }

    private static IEnumerable<JsonNode> Containers(JsonNode pod) => pod.Items("status", "initContainerStatuses").Concat(pod.Items("status", "containerStatuses"));

    private static LogSource Log(JsonNode pod, JsonNode container) => new(pod.Text("metadata", "namespace") ?? "default", pod.Name(), container.Text("name") ?? "");

    private static string Exit(JsonNode container) => container.At("lastState", "terminated") is { } last
        ? $" (it ended with exit code {last.Integer(0, "exitCode")}{(last.Text("reason") is { } reason ? $", {reason}" : "")}; restarted {container.Integer(0, "restartCount")} times)"
        : "";

    private static string Detail(string? message) => string.IsNullOrEmpty(message) ? "" : $": {message}";
}
