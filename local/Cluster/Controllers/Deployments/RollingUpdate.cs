namespace Scalelab.Cluster.Controllers.Deployments;

/// <summary>The strategy RollingUpdate: the new ReplicaSet grows and the old ones shrink, never beyond the surge, never below what must be available.</summary>
internal sealed class RollingUpdate(RolloutState state)
{
    /// <summary>True where the new ReplicaSet got another size.</summary>
    public async Task<bool> GrowNewAsync(CancellationToken cancellationToken)
    {
        var size = state.New!.Spec.Replicas ?? 0;
        return size != state.Replicas
            && await state.ResizeAsync(state.New, size > state.Replicas ? state.Replicas : RolloutMath.NewSize(state.Deployment, state.All, size), cancellationToken);
    }

    /// <summary>True where an old ReplicaSet got another size.</summary>
    public async Task<bool> ShrinkOldAsync(CancellationToken cancellationToken)
    {
        if (state.Old.Sum(set => set.Spec.Replicas ?? 0) == 0)
        {
            return false;
        }

        var minimum = state.Replicas - RolloutMath.MaxUnavailable(state.Deployment);
        var newUnavailable = (state.New!.Spec.Replicas ?? 0) - (state.New.Status?.AvailableReplicas ?? 0);
        var spare = state.All.Sum(set => set.Spec.Replicas ?? 0) - minimum - newUnavailable;
        if (spare <= 0)
        {
            return false;
        }

        // What does not serve anyway goes first, lest a broken old revision hold the new one up.
        var removed = 0;
        foreach (var set in state.ActiveOld)
        {
            var unavailable = (set.Spec.Replicas ?? 0) - (set.Status?.AvailableReplicas ?? 0);
            var count = Math.Min(spare - removed, unavailable);
            if (count > 0)
            {
                await state.ResizeAsync(set, set.Spec.Replicas!.Value - count, cancellationToken);
                removed += count;
            }
        }

        var available = state.All.Sum(set => set.Status?.AvailableReplicas ?? 0);
        var removable = available - minimum;
        var shrunk = 0;
        foreach (var set in state.ActiveOld)
        {
            var count = Math.Min(set.Spec.Replicas ?? 0, removable - shrunk);
            if (count > 0)
            {
                await state.ResizeAsync(set, set.Spec.Replicas!.Value - count, cancellationToken);
                shrunk += count;
            }
        }

        return removed + shrunk > 0;
    }
}
