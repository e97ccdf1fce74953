using k8s.Models;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.Deployments;

/// <summary>
/// One look at one Deployment: takes at most one step (creates, scales or deletes ReplicaSets) and writes the status. The result of
/// the step brings the Deployment back for the next one.
/// </summary>
/// <param name="podsOf">The pods of a ReplicaSet.</param>
internal sealed class Rollout(IApiClient client, RolloutState state, TimeProvider time, Func<V1ReplicaSet, IEnumerable<V1Pod>> podsOf)
{
    private readonly Revisions _revisions = new(client, state);
    private readonly RollingUpdate _rolling = new(state);
    private readonly Scaling _scaling = new(state);
    private readonly RolloutStatus _status = new(state, time);

    /// <summary>When to look again though nothing has changed: then the progress deadline may be over.</summary>
    public TimeSpan? CheckAfter => _status.CheckAfter;

    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        if (state.Deployment.Metadata.DeletionTimestamp is not null)
        {
            await _revisions.FindAsync(cancellationToken);
            await _status.WriteAsync(cancellationToken);
            return;
        }

        await _status.MarkPausedAsync(cancellationToken);
        var isRenewed = await _revisions.FindAsync(cancellationToken);
        if (state.Deployment.Spec.Paused == true)
        {
            await _scaling.ScaleAsync(cancellationToken);
            await _revisions.ForgetOldAsync(cancellationToken);
            await _status.WriteAsync(cancellationToken);
        }
        else if (isRenewed)
        {
            // The write of the ReplicaSet was this look's step; it brings the Deployment back.
        }
        else if (_scaling.IsNeeded())
        {
            await _scaling.ScaleAsync(cancellationToken);
            await _status.WriteAsync(cancellationToken);
        }
        else if (RolloutMath.IsRolling(state.Deployment))
        {
            await RollAsync(cancellationToken);
        }
        else
        {
            await RecreateAsync(cancellationToken);
        }
    }

    private async Task RollAsync(CancellationToken cancellationToken)
    {
        await _revisions.EnsureNewAsync(cancellationToken);
        if (!await _rolling.GrowNewAsync(cancellationToken) && !await _rolling.ShrinkOldAsync(cancellationToken))
        {
            await ForgetWhenCompleteAsync(cancellationToken);
        }

        await _status.WriteProgressAsync(cancellationToken);
    }

    private async Task RecreateAsync(CancellationToken cancellationToken)
    {
        var shrunk = false;
        foreach (var set in state.ActiveOld)
        {
            shrunk |= await state.ResizeAsync(set, 0, cancellationToken);
        }

        if (!shrunk && !state.Old.Any(set => podsOf(set).Any(pod => !pod.IsTerminal())))
        {
            await _revisions.EnsureNewAsync(cancellationToken);
            await state.ResizeAsync(state.New!, state.Replicas, cancellationToken);
            await ForgetWhenCompleteAsync(cancellationToken);
        }

        await _status.WriteProgressAsync(cancellationToken);
    }

    private async Task ForgetWhenCompleteAsync(CancellationToken cancellationToken)
    {
        if (RolloutProgress.IsComplete(state.Deployment, state.Deployment.Status))
        {
            await _revisions.ForgetOldAsync(cancellationToken);
        }
    }
}
