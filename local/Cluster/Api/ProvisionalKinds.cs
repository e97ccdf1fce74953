using k8s.Models;

namespace Scalelab.Cluster.Api;

/// <summary>Kinds without defaults and validation, to run on until their full definitions are there.</summary>
internal static class ProvisionalKinds
{
    public static IReadOnlyList<ResourceDefinition> All { get; } =
    [
        Kind("", "v1", "Namespace", "namespaces", typeof(V1Namespace), namespaced: false, status: true) with { ReturnsDeletedObject = true },
        Kind("", "v1", "Node", "nodes", typeof(V1Node), namespaced: false, status: true) with { KeepsStatusAtCreation = true },
        Kind("", "v1", "Pod", "pods", typeof(V1Pod), status: true, generation: true) with { ReturnsDeletedObject = true },
        Kind("", "v1", "Service", "services", typeof(V1Service), status: true) with { ReturnsDeletedObject = true },
        Kind("", "v1", "ConfigMap", "configmaps", typeof(V1ConfigMap)),
        Kind("", "v1", "Secret", "secrets", typeof(V1Secret)),
        Kind("", "v1", "ServiceAccount", "serviceaccounts", typeof(V1ServiceAccount)) with { ReturnsDeletedObject = true },
        Kind("", "v1", "Event", "events", typeof(Corev1Event)),
        Kind("apps", "v1", "Deployment", "deployments", typeof(V1Deployment), status: true, generation: true) with { Scale = new("spec.replicas", "status.replicas", "spec.selector") },
        Kind("apps", "v1", "ReplicaSet", "replicasets", typeof(V1ReplicaSet), status: true, generation: true) with { Scale = new("spec.replicas", "status.replicas", "spec.selector") },
        Kind("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", typeof(V1EndpointSlice), generation: true),
        Kind("coordination.k8s.io", "v1", "Lease", "leases", typeof(V1Lease)),
    ];

    private static ResourceDefinition Kind(
        string group, string version, string kind, string plural, Type model, bool namespaced = true, bool status = false, bool generation = false) => new()
        {
            Group = group,
            Version = version,
            Kind = kind,
            Plural = plural,
            Singular = kind.ToLowerInvariant(),
            ModelType = model,
            Namespaced = namespaced,
            HasStatus = status,
            TracksGeneration = generation,
        };
}
