using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>What a pod's status says about its chances.</summary>
/// <remarks>
/// Hopeless are: at once, a container whose image does not exist or may not be pulled, whose name is no image's, that cannot be created, or
/// that has ended twice and is being held back (CrashLoopBackOff), and a pod that failed; after five seconds, a pod that no node can take;
/// after thirty, an image that cannot be pulled for any other reason, such as a registry that does not answer.
/// </remarks>
internal static class PodState
{
    private static readonly HashSet<string> HopelessReasons =
    [
        "InvalidImageName", "ErrImageNeverPull", "ImageInspectError",
        "CrashLoopBackOff", "CreateContainerConfigError", "CreateContainerError", "RunContainerError",
    ];

    private static readonly HashSet<string> PullReasons = ["ErrImagePull", "ImagePullBackOff", "RegistryUnavailable"];

    // How container runtimes and registries word it that trying again leads nowhere.
    private static readonly string[] FinalPullErrors =
        ["not found", "manifest unknown", "name unknown", "does not exist", "unauthorized", "authorization failed", "authentication required", "denied", "forbidden", "no match for platform"];

    private static readonly TimeSpan SchedulingGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PullGrace = TimeSpan.FromSeconds(30);

    public static bool IsReady(JsonNode pod) => pod.Condition("Ready").Text("status") == "True" && !IsTerminating(pod);

    public static bool IsTerminating(JsonNode pod) => pod.At("metadata", "deletionTimestamp") is not null;

    /// <summary>Whether it ran to its end, well or badly, and will not run again.</summary>
    public static bool IsFinished(JsonNode pod) => pod.Text("status", "phase") is "Succeeded" or "Failed";

    /// <summary>Why the pod will not become ready; null when it still may.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="mayFail">Whether its controller replaces and counts pods that end badly, as a Job does.</param>
    public static Verdict? Trouble(JsonNode pod, bool mayFail = false)
    {
        if (IsTerminating(pod))
        {
            return null;
        }

        if (pod.Condition("PodScheduled") is { } scheduled && scheduled.Text("status") == "False" && scheduled.Text("reason") == "Unschedulable")
        {
            return Verdict.Hopeless($"pod {pod.Name()} cannot be scheduled: {scheduled.Text("message")}") with { Grace = SchedulingGrace };
        }

        foreach (var container in Containers(pod))
        {
            if (ContainerTrouble(pod, container, mayFail) is { } trouble)
            {
                return trouble;
            }
        }

        return pod.Text("status", "phase") == "Failed" && !mayFail
            ? Verdict.Hopeless($"pod {pod.Name()} failed: {pod.Text("status", "reason") ?? "a container ended with an error"}{Detail(pod.Text("status", "message"))}") with { Log = FailedLog(pod) }
            : null;
    }

    /// <summary>What the pod is doing, in few words.</summary>
    public static string Describe(JsonNode pod)
    {
        var busy = Containers(pod).Select(container => container.At("state")).FirstOrDefault(state => state.At("running") is null);
        var doing = busy.Text("waiting", "reason") ?? busy.Text("terminated", "reason") ?? pod.Text("status", "phase") ?? "Pending";
        return $"pod {pod.Name()}: {(doing == "Running" ? "running, not ready" : doing)}";
    }

    /// <summary>The log of what runs and is not ready yet; null where nothing runs.</summary>
    public static LogSource? BusyLog(JsonNode pod) => LogOf(pod, container => container.At("state", "running") is not null && container.Flag("ready") != true);

    /// <summary>The log of what ended with an error, or else of the first container.</summary>
    public static LogSource? FailedLog(JsonNode pod) =>
        LogOf(pod, container => container.Integer(0, "state", "terminated", "exitCode") != 0) ?? LogOf(pod, _ => true);

    private static Verdict? ContainerTrouble(JsonNode pod, JsonNode container, bool mayFail)
    {
        var waiting = container.At("state", "waiting");
        var message = waiting.Text("message");
        return waiting.Text("reason") switch
        {
            "CrashLoopBackOff" when mayFail => null,
            { } reason when HopelessReasons.Contains(reason) => Hopeless(reason),
            { } reason when PullReasons.Contains(reason) => Hopeless(reason) with { Grace = IsFinal(message) ? TimeSpan.Zero : PullGrace },
            _ => null,
        };

        Verdict Hopeless(string reason) =>
            Verdict.Hopeless($"pod {pod.Name()}, container {container.Text("name")}: {reason}{Detail(message)}{Exit(container)}") with { Log = Log(pod, container) };
    }

    private static bool IsFinal(string? message) => message is not null && FinalPullErrors.Any(error => message.Contains(error, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<JsonNode> Containers(JsonNode pod) => pod.Items("status", "initContainerStatuses").Concat(pod.Items("status", "containerStatuses"));

    private static LogSource? LogOf(JsonNode pod, Func<JsonNode, bool> matches) => Containers(pod).Where(matches).Select(container => Log(pod, container)).FirstOrDefault();

    private static LogSource Log(JsonNode pod, JsonNode container) => new(pod.Text("metadata", "namespace") ?? "default", pod.Name(), container.Text("name") ?? "");

    private static string Exit(JsonNode container) => container.At("lastState", "terminated") is { } last
        ? $" (it ended with exit code {last.Integer(0, "exitCode")}{(last.Text("reason") is { } reason ? $", {reason}" : "")}; restarted {container.Integer(0, "restartCount")} times)"
        : "";

    private static string Detail(string? message) => string.IsNullOrEmpty(message) ? "" : $": {message}";
}
