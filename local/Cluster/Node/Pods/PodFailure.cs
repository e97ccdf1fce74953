namespace Scalelab.Cluster.Node.Pods;

/// <summary>Why a node has given a pod up; becomes the reason and the message of the pod's status.</summary>
internal sealed record PodFailure(string Reason, string Message)
{
    /// <summary>It was active for longer than activeDeadlineSeconds.</summary>
    public static PodFailure DeadlineExceeded { get; } = new("DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
}
