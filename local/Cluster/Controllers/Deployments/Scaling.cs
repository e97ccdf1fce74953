using k8s.Models;

namespace Scalelab.Cluster.Controllers.Deployments;

/// <summary>Follows a change of the number of replicas, without going on with the rollout.</summary>
internal sealed class Scaling(RolloutState state)
{
    /// <summary>Whether a ReplicaSet was sized for another number of replicas.</summary>
    public bool IsNeeded() => state.All.Where(set => set.Spec.Replicas > 0)
        .Any(set => RevisionAnnotations.Number(set.Metadata, RevisionAnnotations.Desired) is { } desired && desired != state.Replicas);

    public async Task ScaleAsync(CancellationToken cancellationToken)
    {
        var active = state.All.Where(set => set.Spec.Replicas > 0).ToList();
        if (active.Count <= 1)
        {
            if ((active.Count == 1 ? active[0] : state.New ?? state.Old.LastOrDefault()) is { } only)
            {
                await state.ResizeAsync(only, state.Replicas, cancellationToken);
            }

            return;
        }

        if (state.New is not null && state.New.Spec.Replicas == state.Replicas && state.New.Status?.AvailableReplicas == state.Replicas
            && RevisionAnnotations.Number(state.New.Metadata, RevisionAnnotations.Desired) == state.Replicas)
        {
            foreach (var set in state.ActiveOld)
            {
                await state.ResizeAsync(set, 0, cancellationToken);
            }

            return;
        }

        if (RolloutMath.IsRolling(state.Deployment))
        {
            await ScaleProportionallyAsync(active, cancellationToken);
        }
    }

    private async Task ScaleProportionallyAsync(List<V1ReplicaSet> active, CancellationToken cancellationToken)
    {
        var allowed = state.Replicas > 0 ? state.Replicas + RolloutMath.MaxSurge(state.Deployment) : 0;
        var change = allowed - active.Sum(set => set.Spec.Replicas ?? 0);

        // The largest first; of equal ones the newer grows and the older shrinks.
        var ordered = change > 0
            ? active.OrderByDescending(set => set.Spec.Replicas).ThenByDescending(set => set.Metadata.CreationTimestamp).ToList()
            : [.. active.OrderByDescending(set => set.Spec.Replicas).ThenBy(set => set.Metadata.CreationTimestamp)];
        var done = 0;
        var sizes = new List<int>();
        foreach (var set in ordered)
        {
            var size = set.Spec.Replicas ?? 0;
            var before = (int?)RevisionAnnotations.Number(set.Metadata, RevisionAnnotations.Maximum) ?? state.Deployment.Status?.Replicas ?? 0;
            var share = change == done ? 0 : RolloutMath.ProportionalChange(state.Deployment, size, before, change - done);
            done += share;
            sizes.Add(size + share);
        }

        // Rounding may leave some over; they go to the largest.
        sizes[0] = Math.Max(0, sizes[0] + change - done);
        for (var index = 0; index < ordered.Count; index++)
        {
            await state.ResizeAsync(ordered[index], sizes[index], cancellationToken);
        }
    }
}
