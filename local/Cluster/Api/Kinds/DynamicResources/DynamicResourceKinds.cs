using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Devices that pods would claim. Nodes here have none.</summary>
internal static class DynamicResourceKinds
{
    private const string Group = "resource.k8s.io";

    public static IEnumerable<ResourceDefinition> All =>
    [
        StoredKinds.Of(Group, typeof(V1DeviceClass), "deviceclasses", Columns.Age) with { TracksGeneration = true },
        StoredKinds.Of(
            Group,
            typeof(Resourcev1ResourceClaim),
            "resourceclaims",
            Columns.Text("State", static resource => resource.Struct("status", "allocation") is null ? "pending" : resource.Items("status", "reservedFor").Any() ? "allocated,reserved" : "allocated"),
            Columns.Age) with { Kind = "ResourceClaim", Singular = "resourceclaim", Namespaced = true, HasStatus = true },
        StoredKinds.Of(Group, typeof(V1ResourceClaimTemplate), "resourceclaimtemplates", Columns.Age) with { Namespaced = true },
        StoredKinds.Of(
            Group,
            typeof(V1ResourceSlice),
            "resourceslices",
            Columns.Text("Node", static resource => Columns.OrNone(resource.Text("spec", "nodeName"))),
            Columns.Text("Driver", static resource => resource.Text("spec", "driver")),
            Columns.Text("Pool", static resource => resource.Text("spec", "pool", "name")),
            Columns.Age) with { TracksGeneration = true },
    ];
}
