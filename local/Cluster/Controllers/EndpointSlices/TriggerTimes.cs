using System.Collections.Concurrent;
using k8s.Models;

namespace Scalelab.Cluster.Controllers.EndpointSlices;

/// <summary>
/// When the first of the changes happened that a write of slices follows: the creation of the service, or a pod's becoming ready or unready.
/// Slices that are written for another reason carry no such time. The rules are those of upstream's trigger time tracker.
/// </summary>
internal sealed class TriggerTimes
{
    private readonly ConcurrentDictionary<ObjectKey, Seen> _seen = new();

    /// <summary>The earliest of the times that are later than those of the last look; null for none.</summary>
    public DateTime? Next(ObjectKey key, V1Service service, IEnumerable<V1Pod> pods)
    {
        var before = _seen.GetValueOrDefault(key) ?? new Seen(DateTime.MinValue, new Dictionary<string, DateTime>());
        var times = pods.Select(pod => (pod.Metadata.Name, Time: pod.ReadyCondition()?.LastTransitionTime)).Where(pod => pod.Time is not null)
            .ToDictionary(pod => pod.Name, pod => pod.Time!.Value, StringComparer.Ordinal);
        var created = service.Metadata.CreationTimestamp ?? DateTime.MinValue;
        var changed = times.Where(pod => pod.Value > before.Pods.GetValueOrDefault(pod.Key)).Select(pod => pod.Value).ToList();
        if (created > before.Service)
        {
            changed.Add(created);
        }

        _seen[key] = new Seen(created, times);
        return changed.Count == 0 ? null : changed.Min();
    }

    public void Forget(ObjectKey key) => _seen.TryRemove(key, out _);

    private sealed record Seen(DateTime Service, IReadOnlyDictionary<string, DateTime> Pods);
}
