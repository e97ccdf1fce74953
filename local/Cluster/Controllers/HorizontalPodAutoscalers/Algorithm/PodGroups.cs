using k8s.Models;

namespace Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;

/// <summary>
/// The pods of a target, told apart by how far their metrics can be trusted. The rules are those of the Kubernetes documentation on the
/// autoscaler's algorithm.
/// </summary>
internal sealed class PodGroups
{
    private PodGroups()
    {
    }

    /// <summary>The number of pods whose metrics count as they are.</summary>
    public int Ready { get; private set; }

    /// <summary>Not begun, or not ready, or measured before they were: their CPU says nothing yet.</summary>
    public HashSet<string> Unready { get; } = new(StringComparer.Ordinal);

    /// <summary>Without metrics.</summary>
    public HashSet<string> Missing { get; } = new(StringComparer.Ordinal);

    /// <summary>Failed, or on their way out.</summary>
    public HashSet<string> Ignored { get; } = new(StringComparer.Ordinal);

    public static PodGroups Of(IReadOnlyList<V1Pod> pods, IReadOnlyDictionary<string, Usage> usages, string resource, AutoscalerOptions options, DateTimeOffset now)
    {
        var groups = new PodGroups();
        foreach (var pod in pods)
        {
            var name = pod.Metadata.Name;
            if (pod.Metadata.DeletionTimestamp is not null || pod.Status?.Phase == "Failed")
            {
                groups.Ignored.Add(name);
            }
            else if (pod.Status?.Phase == "Pending")
            {
                groups.Unready.Add(name);
            }
            else if (!usages.TryGetValue(name, out var usage))
            {
                groups.Missing.Add(name);
            }
            else if (resource == "cpu" && IsUnready(pod, usage, options, now))
            {
                groups.Unready.Add(name);
            }
            else
            {
                groups.Ready++;
            }
        }

        return groups;
    }

    private static bool IsUnready(V1Pod pod, Usage usage, AutoscalerOptions options, DateTimeOffset now)
    {
        if (pod.ReadyCondition() is not { } ready || pod.Status?.StartTime is not { } start)
        {
            return true;
        }

        var started = PodFilters.Utc(start);
        var since = ready.LastTransitionTime is { } transition ? PodFilters.Utc(transition) : DateTimeOffset.MinValue;

        // While it starts, a pod must be ready, and measured over a whole window since. Later, only one that was never ready is left out.
        return started + options.CpuInitializationPeriod > now
            ? ready.Status == "False" || usage.Timestamp < since + usage.Window
            : ready.Status == "False" && started + options.InitialReadinessDelay > since;
    }
}

/// <summary>What one pod uses.</summary>
/// <param name="Milli">Thousandths of a core or of a byte.</param>
internal readonly record struct Usage(long Milli, DateTimeOffset Timestamp, TimeSpan Window);
