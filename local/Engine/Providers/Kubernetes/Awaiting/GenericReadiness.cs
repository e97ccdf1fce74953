using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>
/// What ready means for kinds that nothing is known of, by the conventions that Kubernetes' kstatus describes: the controller has seen the
/// last change, nothing reconciles, and a condition Ready, where there is one, holds. Stalled means that it will not.
/// </summary>
internal static class GenericReadiness
{
    public static Verdict Judge(JsonObject live)
    {
        if (live.At("metadata", "deletionTimestamp") is not null)
        {
            return Verdict.Waiting("it is being deleted");
        }

        if (live.Integer(long.MaxValue, "status", "observedGeneration") < live.Integer(0, "metadata", "generation"))
        {
            return Verdict.Waiting("waiting for its controller to notice the change");
        }

        if (live.Condition("Stalled") is { } stalled && stalled.Text("status") == "True")
        {
            return Verdict.Hopeless($"it is stalled{Say(stalled)}");
        }

        if (live.Condition("Reconciling") is { } reconciling && reconciling.Text("status") == "True")
        {
            return Verdict.Waiting($"it is being reconciled{Say(reconciling)}");
        }

        return live.Condition("Ready") is { } ready && ready.Text("status") != "True"
            ? Verdict.Waiting($"waiting to become Ready{Say(ready)}")
            : Verdict.Ready;
    }

    private static string Say(JsonNode condition) => (condition.Text("reason"), condition.Text("message")) switch
    {
        (null or "", null or "") => "",
        ({ } reason, null or "") => $": {reason}",
        (null or "", { } message) => $": {message}",
        var (reason, message) => $": {reason}: {message}",
    };
}
