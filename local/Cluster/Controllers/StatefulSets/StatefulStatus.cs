using k8s.Models;

namespace Scalelab.Cluster.Controllers.StatefulSets;

/// <summary>What a StatefulSet says of its pods. Pure.</summary>
internal static class StatefulStatus
{
    public static V1StatefulSetStatus Of(V1StatefulSet set, IReadOnlyCollection<V1Pod> pods, string current, string update, DateTimeOffset now)
    {
        var wanted = set.Spec.Replicas ?? 1;
        var living = pods.Where(pod => pod.Metadata.DeletionTimestamp is null).ToList();
        var ready = pods.Count(pod => pod.Status?.Phase == "Running" && pod.IsReady());
        var updated = living.Count(pod => StatefulPods.RevisionOf(pod) == update);
        var kept = living.Count(pod => StatefulPods.RevisionOf(pod) == current);
        if (set.Spec.UpdateStrategy?.Type != "OnDelete" && updated == wanted && ready == wanted && pods.Count == wanted)
        {
            // The rollout is complete: what was new is now what there is.
            (current, kept) = (update, updated);
        }

        return new V1StatefulSetStatus
        {
            ObservedGeneration = set.Metadata.Generation,
            Replicas = pods.Count,
            ReadyReplicas = NullIfZero(ready),
            CurrentReplicas = NullIfZero(kept),
            UpdatedReplicas = NullIfZero(updated),
            AvailableReplicas = pods.Count(pod => pod.Status?.Phase == "Running" && pod.IsAvailable(set.Spec.MinReadySeconds ?? 0, now)),
            CurrentRevision = current,
            UpdateRevision = update,
            CollisionCount = set.Status?.CollisionCount ?? 0,
            Conditions = set.Status?.Conditions,
        };
    }

    private static int? NullIfZero(int count) => count == 0 ? null : count;
}
