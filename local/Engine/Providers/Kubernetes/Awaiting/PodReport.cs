using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>What the pods of a workload say about its chances, with what the cluster reports about them.</summary>
internal static class PodReport
{
    // A quota frees itself when older pods are gone, a webhook answers when its own pods are there.
    private static readonly TimeSpan CreationGrace = TimeSpan.FromSeconds(10);

    /// <summary>Why the workload is hopeless, or what it waits for.</summary>
    /// <param name="progress">How far it is.</param>
    /// <param name="pods">The pods that have to become ready.</param>
    /// <param name="creators">The uids of the objects that create the pods.</param>
    /// <param name="events">The namespace's.</param>
    /// <param name="mayFail">As in <see cref="PodState.Trouble"/>.</param>
    public static Verdict Judge(string progress, IReadOnlyList<JsonObject> pods, string?[] creators, EventTrail events, bool mayFail = false)
    {
        if (pods.Select(pod => PodState.Trouble(pod, mayFail)).OfType<Verdict>().MinBy(trouble => trouble.Grace) is { } hopeless)
        {
            return hopeless;
        }

        if (creators.Select(events.CreationFailure).FirstOrDefault(failure => failure is not null) is { } failure)
        {
            return Verdict.Hopeless($"its pods cannot be created: {failure}") with { Grace = CreationGrace };
        }

        var busy = pods.FirstOrDefault(pod => !PodState.IsReady(pod) && !PodState.IsFinished(pod));
        if (busy is null)
        {
            return Verdict.Waiting($"{progress}{Suffix(events.LatestWarning(creators))}");
        }

        return Verdict.Waiting($"{progress}; {PodState.Describe(busy)}{Suffix(events.Latest(busy.Text("metadata", "uid")))}") with { Log = PodState.BusyLog(busy) };
    }

    private static string Suffix(string? report) => report is null ? "" : $" ({report})";
}
