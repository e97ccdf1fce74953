using System.Globalization;
using k8s.Models;
using Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;

namespace Scalelab.Cluster.Controllers.HorizontalPodAutoscalers;

/// <summary>The status of an autoscaler as it grows while it is looked after.</summary>
internal sealed class AutoscalerReport(V2HorizontalPodAutoscaler autoscaler, DateTimeOffset now)
{
    private readonly DateTime _now = new(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);

    public V2HorizontalPodAutoscalerStatus Status { get; private set; } = autoscaler.Status ?? new V2HorizontalPodAutoscalerStatus();

    /// <summary>What was decided, before anything was done about it.</summary>
    public void Set(Decision decision, int current)
    {
        Status = Status with
        {
            CurrentReplicas = current,
            DesiredReplicas = decision.Failed ? Status.DesiredReplicas : decision.Replicas,
            CurrentMetrics = decision.Metrics,
        };
        foreach (var condition in decision.Conditions)
        {
            Set(condition);
        }
    }

    public void SetRescaled(int replicas)
    {
        Set(ConditionChange.AbleToScale(true, "SucceededRescale", string.Create(CultureInfo.InvariantCulture, $"the HPA controller was able to update the target scale to {replicas}")));
        Status = Status with { LastScaleTime = _now };
    }

    /// <summary>The desired number stays what it was before: nobody has been asked for the new one.</summary>
    public void SetFailed(string error)
    {
        Set(ConditionChange.AbleToScale(false, "FailedUpdateScale", $"the HPA controller was unable to update the target scale: {error}"));
        Status = Status with { DesiredReplicas = autoscaler.Status?.DesiredReplicas ?? 0 };
    }

    public void Set(ConditionChange change)
    {
        var conditions = (Status.Conditions ?? []).ToList();
        var index = conditions.FindIndex(condition => condition.Type == change.Type);
        var status = change.Status ? "True" : "False";
        var next = new V2HorizontalPodAutoscalerCondition
        {
            Type = change.Type,
            Status = status,
            Reason = change.Reason,
            Message = change.Message,
            LastTransitionTime = index >= 0 && conditions[index].Status == status ? conditions[index].LastTransitionTime : _now,
        };
        if (index < 0)
        {
            conditions.Add(next);
        }
        else
        {
            conditions[index] = next;
        }

        Status = Status with { Conditions = conditions };
    }
}
