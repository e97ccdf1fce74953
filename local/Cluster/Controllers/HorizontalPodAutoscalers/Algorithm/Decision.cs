using System.Collections.Immutable;
using k8s.Models;

namespace Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;

/// <summary>What is to be done, and what is to be said about it.</summary>
internal sealed record Decision
{
    /// <summary>The number of replicas to ask for; the same as now where <see cref="Rescales"/> is false.</summary>
    public required int Replicas { get; init; }

    public bool Rescales { get; init; }

    /// <summary>Why, in the words of the event.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The number could not be found: the status keeps the desired number that it has.</summary>
    public bool Failed { get; init; }

    /// <summary>The metrics as they were read, one for each of the spec; null where they were not looked at.</summary>
    public IList<V2MetricStatus>? Metrics { get; init; }

    /// <summary>The conditions to set, in this order.</summary>
    public ImmutableArray<ConditionChange> Conditions { get; init; } = [];

    public ImmutableArray<Warning> Warnings { get; init; } = [];

    /// <summary>The history with this decision's recommendation in it. The rescaling itself is added once it has succeeded.</summary>
    public required AutoscalerHistory History { get; init; }
}

/// <summary>A condition's new state; its time moves only when its status does.</summary>
internal sealed record ConditionChange(string Type, bool Status, string Reason, string Message)
{
    public static ConditionChange AbleToScale(bool status, string reason, string message) => new("AbleToScale", status, reason, message);

    public static ConditionChange ScalingActive(bool status, string reason, string message) => new("ScalingActive", status, reason, message);

    public static ConditionChange ScalingLimited(bool status, string reason, string message) => new("ScalingLimited", status, reason, message);
}

/// <summary>The text of an event of type Warning.</summary>
internal sealed record Warning(string Reason, string Message);
