using System.Collections.Immutable;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Every built-in kind that the cluster serves. A new kind is a folder beside this file and a line here.</summary>
public static class KindRegistry
{
    public static ImmutableArray<ResourceDefinition> All { get; } =
    [
        ConfigMapDefinition.Instance,
        EndpointsDefinition.Instance,
        EventDefinition.Core,
        NamespaceDefinition.Instance,
        NodeDefinition.Instance,
        PodDefinition.Instance,
        SecretDefinition.Instance,
        ServiceDefinition.Instance,
        ServiceAccountDefinition.Instance,
        DeploymentDefinition.Instance,
        ReplicaSetDefinition.Instance,
        HorizontalPodAutoscalerDefinition.V2,
        HorizontalPodAutoscalerDefinition.V1,
        LeaseDefinition.Instance,
        EndpointSliceDefinition.Instance,
        EventDefinition.New,
        PodDisruptionBudgetDefinition.Instance,
    ];
}
