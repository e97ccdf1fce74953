using System.Collections.Immutable;
using Scalelab.Cluster.Api.Patch;

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
        CustomResourceDefinitionDefinition.Instance,
        DaemonSetDefinition.Instance,
        ReplicationControllerDefinition.Instance,
        StatefulSetDefinition.Instance,
        CronJobDefinition.Instance,
        JobDefinition.Instance,
        RoleBindingDefinition.Cluster,
        RoleBindingDefinition.Namespaced,
        RoleDefinition.Cluster,
        RoleDefinition.Namespaced,
        .. AdmissionKinds.All,
        .. ClusterKinds.All,
        .. DynamicResourceKinds.All,
        .. FlowControlKinds.All,
        .. NetworkingKinds.All,
        .. QuotaKinds.All,
        .. RevisionKinds.All,
        .. StorageKinds.All,
    ];

    /// <summary>The way from one version of a kind to another; null where there is none.</summary>
    public static VersionConversion? Conversion(ResourceDefinition from, string apiVersion)
    {
        var to = All.FirstOrDefault(definition => definition.ApiVersion == apiVersion && definition.Plural == from.Plural && definition.StoredGroup == from.StoredGroup);
        return (from.IsStored, to) switch
        {
            (_, null) => null,
            (true, { FromStorage: { } convert }) => new VersionConversion(convert, to.Schema),
            (false, { IsStored: true }) when from.ToStorage is { } convert => new VersionConversion(convert, to.Schema),
            _ => null,
        };
    }
}
