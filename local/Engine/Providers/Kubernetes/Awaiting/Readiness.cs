using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>What ready means for kinds that tell by their own status.</summary>
internal static class Readiness
{
    // autoscaling/v1 has no conditions in its status; the API server keeps them here.
    private const string AutoscalerConditions = "autoscaling.alpha.kubernetes.io/conditions";

    // Twice the period in which controllers look at autoscalers by default.
    private static readonly TimeSpan AutoscalerPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BudgetPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TokenPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan NamesGrace = TimeSpan.FromSeconds(10);

    public static Verdict Namespace(JsonObject live) => ByPhase(live, "Active");

    public static Verdict PersistentVolume(JsonObject live) => ByPhase(live, "Available", "Bound");

    public static Verdict Pod(JsonObject live)
    {
        if (PodState.IsReady(live) || live.Text("status", "phase") == "Succeeded")
        {
            return Verdict.Ready;
        }

        return PodState.Trouble(live) ?? Verdict.Waiting(PodState.Describe(live)) with { Log = PodState.BusyLog(live) };
    }

    public static Verdict ResourceQuota(JsonObject live) => JsonNode.DeepEquals(live.At("spec", "hard"), live.At("status", "hard"))
        ? Verdict.Ready
        : Verdict.Waiting("waiting for the quota to be counted");

    public static Verdict CustomResourceDefinition(JsonObject live)
    {
        if (live.Condition("NamesAccepted") is { } names && names.Text("status") == "False")
        {
            return Verdict.Hopeless($"its names are not accepted: {names.Text("message")}") with { Grace = NamesGrace };
        }

        return ByCondition(live, "Established");
    }

    public static Verdict ApiService(JsonObject live) => ByCondition(live, "Available");

    /// <summary>A token's Secret is filled by a controller, where one runs.</summary>
    public static Verdict TokenSecret(JsonObject live) => live.At("data") is JsonObject { Count: > 0 }
        ? Verdict.Ready
        : Verdict.Waiting("waiting for its token") with { Tolerance = TokenPatience };

    /// <summary>
    /// The autoscaler has found what it scales and its metrics. It is let pass without, with a warning: metrics need a metrics server and
    /// pods that run for a while, and nothing else of the update depends on them.
    /// </summary>
    public static Verdict HorizontalPodAutoscaler(JsonObject live)
    {
        var conditions = Conditions(live);
        var isActive = Find("ScalingActive");
        var isAble = Find("AbleToScale");
        // Scaled to zero by hand, it rests.
        if (isAble.Text("status") == "True" && (isActive.Text("status") == "True" || isActive.Text("reason") == "ScalingDisabled"))
        {
            return Verdict.Ready;
        }

        var problem = new[] { isAble, isActive }.FirstOrDefault(condition => condition.Text("status") == "False");
        return Verdict.Waiting(problem is null ? "waiting for the first look at its metrics" : $"it does not scale yet: {problem.Text("reason")}: {problem.Text("message")}") with { Tolerance = AutoscalerPatience };

        JsonNode? Find(string type) => conditions.FirstOrDefault(condition => condition.Text("type") == type);
    }

    /// <summary>The budget has been counted.</summary>
    public static Verdict PodDisruptionBudget(JsonObject live) =>
        live.At("status", "disruptionsAllowed") is not null && live.Integer(0, "status", "observedGeneration") >= live.Integer(0, "metadata", "generation")
            ? Verdict.Ready
            : Verdict.Waiting("waiting for its pods to be counted") with { Tolerance = BudgetPatience };

    private static Verdict ByPhase(JsonObject live, params string[] phases) => phases.Contains(live.Text("status", "phase"))
        ? Verdict.Ready
        : Verdict.Waiting($"waiting to become {string.Join(" or ", phases)}");

    private static Verdict ByCondition(JsonObject live, string type) => live.Condition(type) is var condition && condition.Text("status") == "True"
        ? Verdict.Ready
        : Verdict.Waiting($"waiting to become {type}{(condition.Text("message") is { Length: > 0 } message ? $": {message}" : "")}");

    private static JsonNode[] Conditions(JsonObject live)
    {
        if (live.Annotation(AutoscalerConditions) is not { } text)
        {
            return [.. live.Items("status", "conditions")];
        }

        try
        {
            return [.. (JsonNode.Parse(text) as JsonArray ?? []).OfType<JsonNode>()];
        }
        catch (JsonException)
        {
            // Somebody wrote into it by hand: as good as no conditions.
            return [];
        }
    }
}
