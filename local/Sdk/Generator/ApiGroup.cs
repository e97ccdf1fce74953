namespace Scalelab.Generator;

/// <summary>One version of an API group, and its names on both sides.</summary>
/// <param name="Namespace">In C#, below Pulumi.Kubernetes: <c>Apps.V1</c>.</param>
/// <param name="ApiVersion">In Kubernetes: <c>apps/v1</c>, <c>v1</c>.</param>
/// <param name="Token">In Pulumi's type tokens: <c>apps/v1</c>, <c>core/v1</c>.</param>
internal sealed record ApiGroup(string Namespace, string ApiVersion, string Token)
{
    public static readonly ApiGroup Meta = new("Meta.V1", "v1", "meta/v1");

    public static readonly ApiGroup Core = new("Core.V1", "v1", "core/v1");

    // The groups that a cluster serves at their final version; those at an earlier one come and go with each release.
    public static readonly IReadOnlyList<ApiGroup> Others =
    [
        new("AdmissionRegistration.V1", "admissionregistration.k8s.io/v1", "admissionregistration.k8s.io/v1"),
        new("ApiExtensions.V1", "apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1"),
        new("ApiRegistration.V1", "apiregistration.k8s.io/v1", "apiregistration.k8s.io/v1"),
        new("Apps.V1", "apps/v1", "apps/v1"),
        new("Autoscaling.V1", "autoscaling/v1", "autoscaling/v1"),
        new("Autoscaling.V2", "autoscaling/v2", "autoscaling/v2"),
        new("Batch.V1", "batch/v1", "batch/v1"),
        new("Certificates.V1", "certificates.k8s.io/v1", "certificates.k8s.io/v1"),
        new("Coordination.V1", "coordination.k8s.io/v1", "coordination.k8s.io/v1"),
        new("Discovery.V1", "discovery.k8s.io/v1", "discovery.k8s.io/v1"),
        new("Events.V1", "events.k8s.io/v1", "events.k8s.io/v1"),
        new("FlowControl.V1", "flowcontrol.apiserver.k8s.io/v1", "flowcontrol.apiserver.k8s.io/v1"),
        new("Networking.V1", "networking.k8s.io/v1", "networking.k8s.io/v1"),
        new("Node.V1", "node.k8s.io/v1", "node.k8s.io/v1"),
        new("Policy.V1", "policy/v1", "policy/v1"),
        new("Rbac.V1", "rbac.authorization.k8s.io/v1", "rbac.authorization.k8s.io/v1"),
        new("Resource.V1", "resource.k8s.io/v1", "resource.k8s.io/v1"),
        new("Scheduling.V1", "scheduling.k8s.io/v1", "scheduling.k8s.io/v1"),
        new("Storage.V1", "storage.k8s.io/v1", "storage.k8s.io/v1"),
    ];

    public static IEnumerable<ApiGroup> All => [Meta, Core, .. Others];
}
