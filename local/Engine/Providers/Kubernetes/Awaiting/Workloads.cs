namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>
/// When workloads are ready. The rules are those of kubectl rollout status and of the official provider's awaiters for the same kinds.
/// </summary>
internal static class Workloads
{
    private const string RevisionHash = "controller-revision-hash";
    private const string TemplateGeneration = "pod-template-generation";
    private const string DeprecatedGeneration = "deprecated.daemonset.template.generation";

    public static WorkloadRules StatefulSet { get; } = new(JudgeStatefulSet, (set, pod) =>
        set.Text("status", "updateRevision") is not { } revision || pod.Text("metadata", "labels", RevisionHash) == revision);

    public static WorkloadRules DaemonSet { get; } = new(JudgeDaemonSet, (set, pod) =>
        set.Annotation(DeprecatedGeneration) is not { } generation || (pod.Text("metadata", "labels", TemplateGeneration) ?? generation) == generation);

    public static WorkloadRules ReplicaSet { get; } = new(JudgeReplicas, (_, _) => true);

    public static WorkloadRules Job { get; } = new(JudgeJob, (_, _) => true, MayFail: true);

    private static Verdict JudgeStatefulSet(Subject set)
    {
        var live = set.Live;
        var wanted = live.Integer(1, "spec", "replicas");
        var ready = live.Integer(0, "status", "readyReplicas");
        if (!IsSeen(set))
        {
            return NotSeen;
        }

        if (live.Integer(0, "status", "replicas") != wanted || ready < wanted)
        {
            return Verdict.Waiting($"{ready} of {wanted} pods ready");
        }

        // Pods are replaced only when somebody deletes them.
        if (live.Text("spec", "updateStrategy", "type") == "OnDelete")
        {
            return Verdict.Ready;
        }

        var updated = live.Integer(0, "status", "updatedReplicas");
        var isUpdated = live.Integer(0, "spec", "updateStrategy", "rollingUpdate", "partition") is > 0 and var partition
            ? updated >= wanted - partition
            : live.Text("status", "currentRevision") == live.Text("status", "updateRevision") && live.Integer(0, "status", "currentReplicas") >= wanted;
        return isUpdated ? Verdict.Ready : Verdict.Waiting($"{updated} of {wanted} pods updated");
    }

    private static Verdict JudgeDaemonSet(Subject set)
    {
        var live = set.Live;
        var wanted = live.Integer(-1, "status", "desiredNumberScheduled");
        if (!IsSeen(set) || wanted < 0)
        {
            return NotSeen;
        }

        var updated = live.Integer(0, "status", "updatedNumberScheduled");
        var available = live.Integer(0, "status", "numberAvailable");
        return updated >= wanted && available >= wanted && live.Integer(0, "status", "numberReady") >= wanted && live.Integer(0, "status", "currentNumberScheduled") >= wanted
            ? Verdict.Ready
            : Verdict.Waiting($"{updated} of {wanted} nodes have the new pod, {available} pods available");
    }

    private static Verdict JudgeReplicas(Subject set)
    {
        var wanted = set.Live.Integer(1, "spec", "replicas");
        var available = set.Live.Integer(0, "status", "availableReplicas");
        return !IsSeen(set) ? NotSeen : available >= wanted && set.Live.Integer(0, "status", "replicas") == wanted
            ? Verdict.Ready
            : set.Live.Condition("ReplicaFailure") is { } failure && failure.Text("status") == "True"
                ? Verdict.Hopeless($"{failure.Text("reason")}: {failure.Text("message")}")
                : Verdict.Waiting($"{available} of {wanted} pods ready");
    }

    private static Verdict JudgeJob(Subject job)
    {
        var live = job.Live;
        if (live.Condition("Complete").Text("status") == "True")
        {
            return Verdict.Ready;
        }

        if (live.Condition("Failed") is { } failed && failed.Text("status") == "True")
        {
            return Verdict.Hopeless($"the job failed: {failed.Text("reason")}: {failed.Text("message")}");
        }

        // Nobody can wait for a job that waits to be let go itself.
        return live.Flag("spec", "suspend") == true
            ? Verdict.Ready
            : Verdict.Waiting($"waiting for the job to complete ({live.Integer(0, "status", "active")} active, {live.Integer(0, "status", "succeeded")} of {live.Integer(1, "spec", "completions")} succeeded, {live.Integer(0, "status", "failed")} failed)");
    }

    private static Verdict NotSeen { get; } = Verdict.Waiting("waiting for the controller to notice the change");

    // Unlike other kinds, these always say what they have seen.
    private static bool IsSeen(Subject set) => set.Live.Integer(0, "status", "observedGeneration") >= set.Live.Integer(0, "metadata", "generation");
}
