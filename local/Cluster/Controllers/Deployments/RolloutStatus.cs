using k8s.Models;

namespace Scalelab.Cluster.Controllers.Deployments;

/// <summary>What a Deployment's status says of its rollout, and when it has to be looked at again.</summary>
internal sealed class RolloutStatus(RolloutState state, TimeProvider time)
{
    /// <summary>When to look again though nothing has changed: then the progress deadline may be over.</summary>
    public TimeSpan? CheckAfter { get; private set; }

    /// <summary>Notes that the Deployment has been paused or resumed.</summary>
    public async Task MarkPausedAsync(CancellationToken cancellationToken)
    {
        var progressing = DeploymentConditions.Find(state.Deployment.Status, DeploymentConditions.Progressing);
        if (!state.HasDeadline || progressing?.Reason == DeploymentConditions.ProgressDeadlineExceeded)
        {
            return;
        }

        var marked = progressing?.Reason == DeploymentConditions.Paused;
        var paused = state.Deployment.Spec.Paused == true;
        if (paused == marked)
        {
            return;
        }

        var status = state.CopyOfStatus();
        DeploymentConditions.Set(status, paused
            ? state.Condition(DeploymentConditions.Progressing, "Unknown", DeploymentConditions.Paused, "Deployment is paused")
            : state.Condition(DeploymentConditions.Progressing, "Unknown", DeploymentConditions.Resumed, "Deployment is resumed"));
        await state.WriteAsync(status, null, cancellationToken);
    }

    /// <summary>Writes the numbers, and whether enough is available.</summary>
    public Task WriteAsync(CancellationToken cancellationToken) => state.WriteAsync(Status(), null, cancellationToken, isLast: true);

    /// <summary>The same, and how the rollout gets on.</summary>
    public async Task WriteProgressAsync(CancellationToken cancellationToken)
    {
        var status = Status();
        var current = DeploymentConditions.Find(state.Deployment.Status, DeploymentConditions.Progressing);
        if (!state.HasDeadline)
        {
            DeploymentConditions.Remove(status, DeploymentConditions.Progressing);
        }
        else if (!((status.Replicas ?? 0) == (status.UpdatedReplicas ?? 0) && current?.Reason == DeploymentConditions.NewReplicaSetAvailable))
        {
            SetProgress(status, current);
        }

        var failure = state.All.SelectMany(set => set.Status?.Conditions ?? []).FirstOrDefault(condition => condition.Type == DeploymentConditions.ReplicaFailure);
        if (failure is not null)
        {
            DeploymentConditions.Set(status, state.Condition(DeploymentConditions.ReplicaFailure, failure.Status, failure.Reason, failure.Message));
        }
        else
        {
            DeploymentConditions.Remove(status, DeploymentConditions.ReplicaFailure);
        }

        await state.WriteAsync(status, null, cancellationToken, isLast: true);
        WatchDeadline();
    }

    private void SetProgress(V1DeploymentStatus status, V1DeploymentCondition? current)
    {
        var subject = state.New is null ? $"Deployment \"{state.Deployment.Metadata.Name}\"" : $"ReplicaSet \"{state.New.Metadata.Name}\"";
        if (RolloutProgress.IsComplete(state.Deployment, status))
        {
            DeploymentConditions.Set(status, state.Condition(DeploymentConditions.Progressing, "True", DeploymentConditions.NewReplicaSetAvailable, $"{subject} has successfully progressed."));
        }
        else if (RolloutProgress.IsProgress(state.Deployment.Status, status))
        {
            var condition = state.Condition(DeploymentConditions.Progressing, "True", DeploymentConditions.ReplicaSetUpdated, $"{subject} is progressing.");
            DeploymentConditions.Remove(status, DeploymentConditions.Progressing);
            DeploymentConditions.Set(status, current?.Status == "True" ? condition with { LastTransitionTime = current.LastTransitionTime } : condition);
        }
        else if (IsTimedOut(status))
        {
            DeploymentConditions.Set(status, state.Condition(DeploymentConditions.Progressing, "False", DeploymentConditions.ProgressDeadlineExceeded, $"{subject} has timed out progressing."));
        }
    }

    private V1DeploymentStatus Status()
    {
        var available = state.All.Sum(set => set.Status?.AvailableReplicas ?? 0);
        var status = new V1DeploymentStatus
        {
            ObservedGeneration = state.Deployment.Metadata.Generation,
            Replicas = NullIfZero(state.All.Sum(set => set.Status?.Replicas ?? 0)),
            UpdatedReplicas = NullIfZero(state.New?.Status?.Replicas ?? 0),
            ReadyReplicas = NullIfZero(state.All.Sum(set => set.Status?.ReadyReplicas ?? 0)),
            AvailableReplicas = NullIfZero(available),
            UnavailableReplicas = NullIfZero(Math.Max(0, state.AskedFor - available)),
            TerminatingReplicas = state.All.Sum(set => set.Status?.TerminatingReplicas ?? 0),
            CollisionCount = state.Deployment.Status?.CollisionCount,
            Conditions = [.. state.Deployment.Status?.Conditions ?? []],
        };
        DeploymentConditions.Set(status, available >= state.Replicas - RolloutMath.MaxUnavailable(state.Deployment)
            ? state.Condition(DeploymentConditions.Available, "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
            : state.Condition(DeploymentConditions.Available, "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability."));
        return status;
    }

    private bool IsTimedOut(V1DeploymentStatus status)
    {
        var condition = DeploymentConditions.Find(status, DeploymentConditions.Progressing);
        return condition?.Reason == DeploymentConditions.ProgressDeadlineExceeded
            || (condition is { LastUpdateTime: { } since, Reason: not DeploymentConditions.NewReplicaSetAvailable } && Deadline(since) < time.GetUtcNow());
    }

    private DateTimeOffset Deadline(DateTime since) => PodFilters.Utc(since).AddSeconds(state.Deployment.Spec.ProgressDeadlineSeconds ?? 600);

    private void WatchDeadline()
    {
        var condition = DeploymentConditions.Find(state.Deployment.Status, DeploymentConditions.Progressing);
        if (state.HasDeadline && !RolloutProgress.IsComplete(state.Deployment, state.Deployment.Status)
            && condition is { LastUpdateTime: { } since, Reason: not (DeploymentConditions.NewReplicaSetAvailable or DeploymentConditions.ProgressDeadlineExceeded) })
        {
            // A second more, because conditions know whole seconds only.
            var rest = Deadline(since) - time.GetUtcNow() + TimeSpan.FromSeconds(1);
            CheckAfter = rest > TimeSpan.Zero ? rest : TimeSpan.FromSeconds(1);
        }
    }

    private static int? NullIfZero(int count) => count == 0 ? null : count;
}
