using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>How a pod looks in a table. The status column is the most telling of its phase, its containers' states and its deletion.</summary>
internal static class PodPrinter
{
    private const string NodeLost = "NodeLost";

    public static ImmutableArray<TableColumn> Columns { get; } =
    [
        Kinds.Columns.Name,
        Kinds.Columns.Text("Ready", static resource => Summarize(resource).Ready),
        Kinds.Columns.Text("Status", static resource => Summarize(resource).Status),
        new TableColumn("Restarts", "string", "", 0, Restarts),
        Kinds.Columns.Age,
        Kinds.Columns.Wide("IP", static resource => Address(resource)),
        Kinds.Columns.Wide("Node", static resource => Kinds.Columns.OrNone(resource.Text("spec", "nodeName"))),
        Kinds.Columns.Wide("Nominated Node", static resource => Kinds.Columns.OrNone(resource.Text("status", "nominatedNodeName"))),
        Kinds.Columns.Wide("Readiness Gates", static resource => ReadinessGates(resource)),
    ];

    private static Summary Summarize(JsonObject resource)
    {
        var reason = resource.Text("status", "reason") is { Length: > 0 } given ? given : resource.Text("status", "phase");
        if (resource.Items("status", "conditions").Any(condition => condition.Text("type") == "PodScheduled" && condition.Text("reason") == "SchedulingGated"))
        {
            reason = "SchedulingGated";
        }

        var sidecars = resource.Items("spec", "initContainers").Where(container => container.Text("restartPolicy") == "Always").Select(container => container.Text("name")).ToHashSet(StringComparer.Ordinal);
        var total = resource.Items("spec", "containers").Count() + sidecars.Count;
        var (restarts, ready) = (0L, 0);
        DateTimeOffset? lastRestart = null;
        var initializing = false;
        foreach (var (container, index) in resource.Items("status", "initContainerStatuses").Select((container, index) => (container, index)))
        {
            var isSidecar = sidecars.Contains(container.Text("name"));
            restarts += container.Number("restartCount");
            Later(ref lastRestart, container);
            if (container.Struct("state", "terminated") is { } ended && ended.Number("exitCode") == 0)
            {
                continue;
            }

            if (isSidecar && container.Flag("started"))
            {
                ready += container.Flag("ready") ? 1 : 0;
                continue;
            }

            reason = InitReason(resource, container, index);
            initializing = true;
            break;
        }

        if (!initializing || IsInitialized(resource))
        {
            (restarts, lastRestart) = initializing ? (restarts, lastRestart) : (SidecarRestarts(resource, sidecars), SidecarLastRestart(resource, sidecars));
            reason = ContainersReason(resource, reason, ref restarts, ref ready, ref lastRestart);
        }

        if (resource.At("metadata", "deletionTimestamp") is not null)
        {
            var isOver = resource.Text("status", "phase") is "Succeeded" or "Failed";
            reason = resource.Text("status", "reason") == NodeLost ? "Unknown" : isOver ? reason : "Terminating";
        }

        return new Summary(string.Create(CultureInfo.InvariantCulture, $"{ready}/{total}"), reason, restarts, lastRestart);
    }

    private static string InitReason(JsonObject resource, JsonObject container, int index)
    {
        if (container.Struct("state", "terminated") is { } ended)
        {
            return ended.Text("reason") is { Length: > 0 } given ? $"Init:{given}" : "Init:" + Exit(ended);
        }

        return container.Text("state", "waiting", "reason") is { Length: > 0 } waiting && waiting != "PodInitializing"
            ? $"Init:{waiting}"
            : string.Create(CultureInfo.InvariantCulture, $"Init:{index}/{resource.Items("spec", "initContainers").Count()}");
    }

    private static string ContainersReason(JsonObject resource, string reason, ref long restarts, ref int ready, ref DateTimeOffset? lastRestart)
    {
        var running = false;
        foreach (var container in resource.Items("status", "containerStatuses").Reverse())
        {
            restarts += container.Number("restartCount");
            Later(ref lastRestart, container);
            if (container.Text("state", "waiting", "reason") is { Length: > 0 } waiting)
            {
                reason = waiting;
            }
            else if (container.Struct("state", "terminated") is { } ended)
            {
                reason = ended.Text("reason") is { Length: > 0 } given ? given : Exit(ended);
            }
            else if (container.Flag("ready") && container.Struct("state", "running") is not null)
            {
                running = true;
                ready++;
            }
        }

        // A completed container beside a running one does not make the pod completed.
        if (reason == "Completed" && running)
        {
            return resource.Items("status", "conditions").Any(condition => condition.Text("type") == "Ready" && condition.Text("status") == "True") ? "Running" : "NotReady";
        }

        return reason;
    }

    private static string Exit(JsonObject ended) => ended.Number("signal") is var signal and not 0
        ? string.Create(CultureInfo.InvariantCulture, $"Signal:{signal}")
        : string.Create(CultureInfo.InvariantCulture, $"ExitCode:{ended.Number("exitCode")}");

    private static bool IsInitialized(JsonObject resource) =>
        resource.Items("status", "conditions").Any(condition => condition.Text("type") == "Initialized" && condition.Text("status") == "True");

    private static IEnumerable<JsonObject> Sidecars(JsonObject resource, HashSet<string> names) =>
        resource.Items("status", "initContainerStatuses").Where(container => names.Contains(container.Text("name")));

    private static long SidecarRestarts(JsonObject resource, HashSet<string> names) => Sidecars(resource, names).Sum(container => container.Number("restartCount"));

    private static DateTimeOffset? SidecarLastRestart(JsonObject resource, HashSet<string> names)
    {
        DateTimeOffset? last = null;
        foreach (var container in Sidecars(resource, names))
        {
            Later(ref last, container);
        }

        return last;
    }

    private static void Later(ref DateTimeOffset? last, JsonObject container)
    {
        if (Timestamps.TryParse(container.Text("lastState", "terminated", "finishedAt"), out var finished) && (last is null || finished > last))
        {
            last = finished;
        }
    }

    private static JsonNode? Restarts(JsonObject resource, DateTimeOffset now)
    {
        var summary = Summarize(resource);
        return summary is { Restarts: > 0, LastRestart: { } last }
            ? string.Create(CultureInfo.InvariantCulture, $"{summary.Restarts} ({Durations.Age(now - last)} ago)")
            : summary.Restarts.ToString(CultureInfo.InvariantCulture);
    }

    private static string Address(JsonObject resource) => Kinds.Columns.OrNone(
        resource.Items("status", "podIPs").FirstOrDefault() is { } first ? first.Text("ip") : resource.Text("status", "podIP"));

    private static string ReadinessGates(JsonObject resource)
    {
        var gates = resource.Items("spec", "readinessGates").Select(gate => gate.Text("conditionType")).ToList();
        if (gates.Count == 0)
        {
            return Kinds.Columns.None;
        }

        var open = gates.Count(gate => resource.Items("status", "conditions").Any(condition => condition.Text("type") == gate && condition.Text("status") == "True"));
        return string.Create(CultureInfo.InvariantCulture, $"{open}/{gates.Count}");
    }

    private sealed record Summary(string Ready, string Status, long Restarts, DateTimeOffset? LastRestart);
}
