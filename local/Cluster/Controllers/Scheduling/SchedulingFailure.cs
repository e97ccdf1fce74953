using k8s.Models;

namespace Scalelab.Cluster.Controllers.Scheduling;

/// <summary>Says why no node takes a pod, in the scheduler's words. Pure.</summary>
internal static class SchedulingFailure
{
    /// <param name="refusals">One for each node.</param>
    public static string Explain(V1Pod pod, IReadOnlyCollection<Refusal> refusals)
    {
        if (refusals.Count == 0)
        {
            return "no nodes available to schedule pods";
        }

        var final = refusals.Count(refusal => refusal.IsFinal);
        var preemption = pod.Spec.PreemptionPolicy == "Never"
            ? "not eligible due to preemptionPolicy=Never."
            : Count(refusals.Count, [
                .. Enumerable.Repeat("Preemption is not helpful for scheduling", final),
                .. Enumerable.Repeat("No preemption victims found for incoming pod", refusals.Count - final)]);
        return $"{Count(refusals.Count, refusals.SelectMany(refusal => refusal.Reasons))} no new claims to deallocate, preemption: {preemption}";
    }

    /// <summary>The same where one reason, which is the pod's own, keeps it from every node.</summary>
    public static string ExplainForAll(V1Pod pod, string reason, int nodes)
    {
        if (nodes == 0)
        {
            return "no nodes available to schedule pods";
        }

        var preemption = pod.Spec.PreemptionPolicy == "Never"
            ? "not eligible due to preemptionPolicy=Never."
            : Count(nodes, Enumerable.Repeat("Preemption is not helpful for scheduling", nodes));
        return $"0/{nodes} nodes are available: {reason}. no new claims to deallocate, preemption: {preemption}";
    }

    private static string Count(int nodes, IEnumerable<string> reasons)
    {
        var counted = reasons.GroupBy(reason => reason).Select(group => $"{group.Count()} {group.Key}").Order(StringComparer.Ordinal);
        return $"0/{nodes} nodes are available: {string.Join(", ", counted)}.";
    }
}
