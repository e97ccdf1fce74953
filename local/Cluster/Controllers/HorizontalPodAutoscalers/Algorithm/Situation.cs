using k8s.Models;
using Scalelab.Cluster.Metrics;

namespace Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;

/// <summary>Everything that a decision depends on, the time included.</summary>
internal sealed record Situation
{
    public required V2HorizontalPodAutoscaler Autoscaler { get; init; }

    public required ScaleTarget Target { get; init; }

    /// <summary>The pods that the target's selector matches.</summary>
    public required IReadOnlyList<V1Pod> Pods { get; init; }

    /// <summary>What the metrics API has of these pods.</summary>
    public required IReadOnlyList<PodUsage> Metrics { get; init; }

    /// <summary>The autoscalers, as <c>namespace/name</c>, whose targets one of these pods belongs to; more than one is a mistake of the user's.</summary>
    public required IReadOnlyList<string> Autoscalers { get; init; }

    public required AutoscalerHistory History { get; init; }

    public required AutoscalerOptions Options { get; init; }

    public required DateTimeOffset Now { get; init; }

    public string Namespace => Autoscaler.Metadata.NamespaceProperty;

    public int MinReplicas => Autoscaler.Spec.MinReplicas ?? 1;

    public int MaxReplicas => Autoscaler.Spec.MaxReplicas;
}

/// <summary>The <c>scale</c> subresource of what is scaled.</summary>
/// <param name="Replicas">How many are asked for.</param>
/// <param name="StatusReplicas">How many there are.</param>
/// <param name="Selector">Which pods, in a selector's text form; empty where the target does not say.</param>
internal sealed record ScaleTarget(int Replicas, int StatusReplicas, string Selector);
