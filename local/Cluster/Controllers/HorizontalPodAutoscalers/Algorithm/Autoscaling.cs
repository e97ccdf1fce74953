using System.Globalization;

namespace Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;

/// <summary>
/// How many replicas there should be: the algorithm of the Kubernetes documentation ("Horizontal Pod Autoscaling", algorithm details),
/// as a function of the situation and nothing else.
/// </summary>
internal static class Autoscaling
{
    public static Decision Decide(Situation situation)
    {
        var replicas = situation.Target.Replicas;
        var start = new Decision
        {
            Replicas = replicas,
            History = situation.History.BegunWith(replicas, situation.Now),
            Conditions = [ConditionChange.AbleToScale(true, "SucceededGetScale", "the HPA controller was able to get the target's current scale")],
        };
        if (replicas == 0 && situation.MinReplicas != 0)
        {
            return With(start, ConditionChange.ScalingActive(false, "ScalingDisabled", "scaling is disabled since the replica count of the target is zero"));
        }

        if (replicas > situation.MaxReplicas)
        {
            return start with { Replicas = situation.MaxReplicas, Rescales = true, Reason = "Current number of replicas above Spec.MaxReplicas" };
        }

        if (replicas < situation.MinReplicas)
        {
            return start with { Replicas = situation.MinReplicas, Rescales = true, Reason = "Current number of replicas below Spec.MinReplicas" };
        }

        return situation.Autoscalers.Count > 1 || situation.Target.Selector.Length == 0 ? Unselected(situation, start) : FromMetrics(situation, start);
    }

    /// <summary>Whose pods these are cannot be said, so neither can what they use.</summary>
    private static Decision Unselected(Situation situation, Decision decision)
    {
        var missing = situation.Target.Selector.Length == 0;
        var message = missing
            ? "selector is required"
            : $"pods by selector {situation.Target.Selector} are controlled by multiple HPAs: [{string.Join(' ', situation.Autoscalers)}]";
        return With(decision, ConditionChange.ScalingActive(
            false, missing ? "InvalidSelector" : "AmbiguousSelector", missing ? "the HPA target's scale is missing a selector" : message)) with
        {
            Failed = true,
            Warnings = [new Warning(missing ? "SelectorRequired" : "AmbiguousSelector", message), new Warning("FailedComputeMetricsReplicas", message)],
        };
    }

    private static Decision FromMetrics(Situation situation, Decision decision)
    {
        var readings = situation.Autoscaler.Spec.Metrics.Select(metric => MetricReader.Read(situation, metric)).ToList();
        var failed = readings.Where(reading => reading.Proposal is null).ToList();
        decision = decision with { Metrics = [.. readings.Select(reading => reading.Status)], Warnings = [.. failed.Select(reading => reading.Problem!)] };

        // The most that any metric asks for; among those that ask for nothing, the last is named. One that fails might have asked for more than
        // the others, so nothing is taken away then.
        var proposal = readings.Select(reading => reading.Proposal).OfType<Proposal>()
            .Aggregate(default(Proposal), (most, next) => most is null or { Replicas: 0 } || next.Replicas > most.Replicas ? next : most);
        if (proposal is null || (failed.Count > 0 && proposal.Replicas < situation.Target.Replicas))
        {
            var (reason, message) = failed[0].Problem!;
            var error = string.Create(CultureInfo.InvariantCulture, $"invalid metrics ({failed.Count} invalid out of {readings.Count}), first error is: {failed[0].Error}");
            return With(decision, ConditionChange.ScalingActive(false, reason, "the HPA was unable to compute the replica count: " + message)) with
            {
                Failed = true,
                Warnings = decision.Warnings.Add(new Warning("FailedComputeMetricsReplicas", error)),
            };
        }

        decision = With(decision, ConditionChange.ScalingActive(true, "ValidMetricFound", "the HPA was able to successfully calculate a replica count from " + proposal.Metric));
        return Bounded(situation, decision, proposal);
    }

    /// <summary>Steadies what is recommended, and keeps it within every bound.</summary>
    private static Decision Bounded(Situation situation, Decision decision, Proposal proposal)
    {
        var (current, recommended, options) = (situation.Target.Replicas, proposal.Replicas, situation.Options);
        var behavior = situation.Autoscaler.Spec.Behavior;
        var (stable, history) = behavior is null
            ? Stabilization.Highest(decision.History, recommended, options.DownscaleStabilization, situation.Now)
            : Stabilization.Within(
                decision.History,
                current,
                recommended,
                Stabilization.Window(behavior.ScaleUp, TimeSpan.Zero),
                Stabilization.Window(behavior.ScaleDown, options.DownscaleStabilization),
                situation.Now);
        var limited = behavior is null
            ? Limits.Apply(current, stable, situation.MinReplicas, situation.MaxReplicas)
            : Limits.Apply(behavior, history, current, stable, situation.MinReplicas, situation.MaxReplicas, situation.Now);
        return decision with
        {
            Replicas = limited.Replicas,
            Rescales = limited.Replicas != current,
            Reason = recommended > current ? $"{proposal.Metric} above target" : recommended < current ? "All metrics below target" : "",
            History = history,
            Conditions =
            [
                .. decision.Conditions,
                Stabilization.Condition(stable != recommended, behavior is not null && recommended >= current),
                ConditionChange.ScalingLimited(limited.Replicas != stable, limited.Reason, limited.Message),
            ],
        };
    }

    private static Decision With(Decision decision, ConditionChange condition) => decision with { Conditions = decision.Conditions.Add(condition) };
}
