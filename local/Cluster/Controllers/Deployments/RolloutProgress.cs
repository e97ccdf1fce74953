using k8s.Models;

namespace Scalelab.Cluster.Controllers.Deployments;

/// <summary>How far a rollout has come, by its numbers. Pure.</summary>
internal static class RolloutProgress
{
    /// <summary>Whether all that is wanted is new and available, and nothing old is left.</summary>
    public static bool IsComplete(V1Deployment deployment, V1DeploymentStatus? status) =>
        status is not null
        && (status.UpdatedReplicas ?? 0) == RolloutMath.Replicas(deployment)
        && (status.Replicas ?? 0) == RolloutMath.Replicas(deployment)
        && (status.AvailableReplicas ?? 0) == RolloutMath.Replicas(deployment)
        && (status.ObservedGeneration ?? 0) >= (deployment.Metadata.Generation ?? 0);

    /// <summary>Whether there is more that is new, less that is old, or more that is ready than before.</summary>
    public static bool IsProgress(V1DeploymentStatus? before, V1DeploymentStatus after) =>
        (after.UpdatedReplicas ?? 0) > (before?.UpdatedReplicas ?? 0)
        || (after.Replicas ?? 0) - (after.UpdatedReplicas ?? 0) < (before?.Replicas ?? 0) - (before?.UpdatedReplicas ?? 0)
        || (after.ReadyReplicas ?? 0) > (before?.ReadyReplicas ?? 0)
        || (after.AvailableReplicas ?? 0) > (before?.AvailableReplicas ?? 0);
}
