using k8s.Models;

namespace Scalelab.Cluster.Controllers.Deployments;

/// <summary>The conditions of a Deployment's status, with Kubernetes' reasons.</summary>
internal static class DeploymentConditions
{
    public const string Progressing = "Progressing";
    public const string Available = "Available";
    public const string ReplicaFailure = "ReplicaFailure";

    public const string ReplicaSetUpdated = "ReplicaSetUpdated";
    public const string NewReplicaSetCreated = "NewReplicaSetCreated";
    public const string FoundNewReplicaSet = "FoundNewReplicaSet";
    public const string NewReplicaSetAvailable = "NewReplicaSetAvailable";
    public const string ReplicaSetCreateError = "ReplicaSetCreateError";
    public const string ProgressDeadlineExceeded = "ProgressDeadlineExceeded";
    public const string Paused = "DeploymentPaused";
    public const string Resumed = "DeploymentResumed";

    public static V1DeploymentCondition? Find(V1DeploymentStatus? status, string type) => status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    public static V1DeploymentCondition New(string type, string status, string reason, string message, DateTimeOffset now)
    {
        var time = new DateTime(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
        return new V1DeploymentCondition { Type = type, Status = status, Reason = reason, Message = message, LastUpdateTime = time, LastTransitionTime = time };
    }

    /// <summary>Sets a condition; nothing changes where status and reason are the same as before. A set condition moves to the end.</summary>
    public static void Set(V1DeploymentStatus status, V1DeploymentCondition condition)
    {
        var before = Find(status, condition.Type);
        if (before is not null && before.Status == condition.Status && before.Reason == condition.Reason)
        {
            return;
        }

        if (before?.Status == condition.Status)
        {
            condition = condition with { LastTransitionTime = before.LastTransitionTime };
        }

        status.Conditions = [.. (status.Conditions ?? []).Where(one => one.Type != condition.Type), condition];
    }

    public static void Remove(V1DeploymentStatus status, string type) =>
        status.Conditions = [.. (status.Conditions ?? []).Where(condition => condition.Type != type)];
}
